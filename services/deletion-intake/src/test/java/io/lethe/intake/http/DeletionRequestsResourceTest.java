package io.lethe.intake.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.lethe.intake.FakeKafka;
import io.lethe.intake.Requests;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.RequestStage;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.http.Method;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(FakeKafka.Profile.class)
class DeletionRequestsResourceTest {
  private static final String PATH = "/v1/deletion-requests";

  @Inject FakeKafka kafka;
  @Inject RequestStatusTable table;

  @BeforeEach
  void acknowledge() {
    kafka.reset();
    callAs("shop", Roles.PRODUCER);
  }

  @AfterEach
  void forgetTheCaller() {
    RestAssured.requestSpecification = null;
  }

  @Test
  void shouldAcceptARequestAndTellWhereToAskAndWhen() {
    String id = newId();
    post(body(id, "account-4711", "GDPR"))
        .statusCode(202)
        .contentType("application/json")
        .header("Location", endsWith("/v1/deletion-requests/" + id))
        .header("Retry-After", "5")
        .body("requestId", equalTo(id))
        .body("status", equalTo("pending"))
        .body("stage", equalTo("RECEIVED"))
        .body("receivedAt", equalTo("2026-05-10T10:00:00Z"))
        .body("expectedBy", equalTo("2026-06-10T21:59:59.999Z"))
        .body("suppressedAt", nullValue());

    DeletionRequested request = (DeletionRequested) kafka.sent().get(0).value();
    assertThat(request.getSubjectRef()).hasSize(52);
    assertThat(request.toString()).doesNotContain("account-4711");
    assertThat(kafka.sent().get(0).key()).isEqualTo(request.getSubjectRef());
  }

  @Test
  void shouldGiveARepetitionTheSameAnswer() {
    String id = newId();
    String first = post(body(id, "account-1", "GDPR")).statusCode(202).extract().asString();
    String second = post(body(id, "account-1", "GDPR")).statusCode(202).extract().asString();

    assertThat(second).isEqualTo(first);
    assertThat(kafka.sent()).hasSize(1);
  }

  @Test
  void shouldRefuseASecondBodyUnderTheSameKey() {
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "key-of-alice")
        .body(body(newId(), "account-1", "GDPR"))
        .post("/v1/deletion-requests")
        .then()
        .statusCode(202);
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "key-of-alice")
        .body(body(newId(), "account-1", "GDPR"))
        .post("/v1/deletion-requests")
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:lethe:problem:conflict"))
        .body("field", equalTo("Idempotency-Key"));
    DeletionRequested request = (DeletionRequested) kafka.sent().get(0).value();
    assertThat(request.getIdempotencyKey()).hasSize(52).doesNotContain("alice");
  }

  @Test
  void shouldRefuseOtherContentUnderTheSameId() {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    problem(post(body(id, "account-2", "GDPR")), 422, "conflict", "requestId")
        .body("detail", not(containsString("account-2")));
  }

  @Test
  void shouldAnswer503WhileTheBrokerDoesNotAcknowledgeAndAcceptTheRepetition() {
    String id = newId();
    kafka.hold();
    problem(post(body(id, "account-1", "GDPR")), 503, "unavailable", null)
        .header("Retry-After", "5");
    kafka.acknowledgeAll();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    assertThat(kafka.sent()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {Examples.ALL, Examples.ITEMS, Examples.TIME_RANGE})
  void shouldAcceptTheExamplesOfTheDocumentation(String example) {
    post(example).statusCode(202);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"requestId\":|malformed|",
        "[]|malformed|",
        "`  `|malformed|",
        "{} {}|malformed|",
        "{\"a\":1,\"a\":2}|malformed|",
        "{\"alice\":1}|unknown-property|",
        "{}|invalid-property|requestId",
        "{\"requestId\":\"1\"}|invalid-property|requestId",
        "{\"requestId\":7}|invalid-property|requestId"
      })
  void shouldRefuseABodyOfAnotherShape(String body, String type, String field) {
    problem(post(body), 400, type, field).body("detail", not(containsString("alice")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"subject\":\" \",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\"|invalid-property|subject",
        "\"subject\":\"alice\",\"regime\":\"GDPR\"|invalid-property|scope",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"SOME\"},\"regime\":\"GDPR\"|unknown-scope|scope.kind",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\",\"alice\":1},\"regime\":\"GDPR\"|unknown-property|scope",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ITEMS\",\"itemIds\":[1]},\"regime\":\"GDPR\"|invalid-property|scope.itemIds[0]",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"alice\"|unknown-regime|regime",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"UNKNOWN\"|unknown-regime|regime",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\",\"submittedAt\":\"alice\"|invalid-property|submittedAt",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\",\"submittedAt\":\"2027-01-01T00:00:00Z\"|future-date|submittedAt",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\",\"dueAt\":\"2026-01-01T00:00:00Z\"|past-date|dueAt",
        "\"subject\":\"alice\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\",\"dueAt\":\"2030-01-01T00:00:00Z\"|after-lawful-deadline|dueAt"
      })
  void shouldRefuseABadFieldByItsNameAndShapeAlone(String fields, String type, String field) {
    String body = "{\"requestId\":\"" + newId() + "\"," + fields + "}";
    problem(post(body), 400, type, field).body("detail", not(containsString("alice")));
    assertThat(kafka.sent()).isEmpty();
  }

  @Test
  void shouldRefuseTooManyItems() {
    String items = "\"1\",".repeat(1000) + "\"2\"";
    String body =
        body(newId(), "alice", "GDPR")
            .replace("{\"kind\":\"ALL\"}", "{\"kind\":\"ITEMS\",\"itemIds\":[" + items + "]}");
    problem(post(body), 400, "too-many-items", "scope.itemIds")
        .body("detail", containsString("1001 items, the limit is 1000"));
  }

  @ParameterizedTest
  @ValueSource(ints = {65_537, 10 * 1024 * 1024})
  void shouldRefuseABodyThatIsTooLarge(int bytes) {
    problem(post(" ".repeat(bytes)), 413, "too-large", null);
  }

  @Test
  void shouldRefuseAnotherContentType() {
    problem(
        given().contentType("text/plain").body("x").post("/v1/deletion-requests").then(),
        415,
        "unsupported-content-type",
        "Content-Type");
  }

  @Test
  void shouldTellWhereARequestStands() {
    String id = newId();
    post(body(id, "account-1", "CCPA")).statusCode(202);
    given()
        .get("/v1/deletion-requests/" + id)
        .then()
        .statusCode(200)
        .body("stage", equalTo("RECEIVED"))
        .body("regime", equalTo("CCPA"))
        .body("expectedBy", equalTo("2026-06-25T06:59:59.999Z"))
        .body("$", not(hasKey("subject")))
        .body("$", not(hasKey("subjectRef")));
  }

  @Test
  void shouldNotKnowARequestThatWasNeverAccepted() {
    problem(given().get("/v1/deletion-requests/" + newId()).then(), 404, "unknown-request", "id");
    problem(
        given().delete("/v1/deletion-requests/" + newId()).then(),
        404,
        "unknown-request",
        "requestId");
  }

  @Test
  void shouldWithdrawAPendingRequest() {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    given()
        .delete("/v1/deletion-requests/" + id)
        .then()
        .statusCode(202)
        .body("withdrawalRequested", equalTo(true));
    assertThat(kafka.sent()).hasSize(2);
  }

  @Test
  void shouldRefuseToWithdrawOnceTheForgetSetHasClosed() {
    table.onRequested(Requests.erase(99, "digest", null));
    table.onProgressed(Requests.progress(99, RequestStage.FORGET_SET_CLOSED));
    problem(
        given().delete("/v1/deletion-requests/" + Requests.id(99)).then(),
        409,
        "too-late",
        "requestId");
  }

  @Test
  void shouldTakeTheSourceFromTheTokenAndNotFromTheBody() {
    post(body(newId(), "account-1", "GDPR")).statusCode(202);
    assertThat(((DeletionRequested) kafka.sent().get(0).value()).getSource()).isEqualTo("shop");
    problem(
            post(
                body(newId(), "account-1", "GDPR")
                    .replace("\"regime\"", "\"source\":\"forum\",\"regime\"")),
            400,
            "invalid-property",
            "source")
        .body("detail", not(containsString("forum")));
  }

  @Test
  void shouldAnswerForAnothersRequestAsForOneThatDoesNotExist() {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    callAs("forum", Roles.PRODUCER);
    for (Method method : List.of(Method.GET, Method.DELETE)) {
      String unknown =
          given().request(method, PATH + "/" + newId()).then().statusCode(404).extract().asString();
      String anothers =
          given().request(method, PATH + "/" + id).then().statusCode(404).extract().asString();
      assertThat(anothers).isEqualTo(unknown);
    }
    assertThat(kafka.sent()).hasSize(1);
    problem(post(body(id, "account-1", "GDPR")), 422, "conflict", "requestId");
  }

  @Test
  void shouldLetAuditorsSeeAndOperatorsWithdrawEverybodysRequests() {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    callAs("anna", Roles.AUDITOR);
    given().get(PATH + "/" + id).then().statusCode(200).body("requestId", equalTo(id));
    callAs("otto", Roles.OPERATOR);
    given().delete(PATH + "/" + id).then().statusCode(202);
  }

  @Test
  void shouldKeepTheIdempotencyKeysOfAccountSystemsApart() {
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "1")
        .body(body(newId(), "a", "GDPR"))
        .post(PATH)
        .then()
        .statusCode(202);
    callAs("forum", Roles.PRODUCER);
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "1")
        .body(body(newId(), "a", "GDPR"))
        .post(PATH)
        .then()
        .statusCode(202);
  }

  @Test
  void shouldRefuseACallerWhoseNameCannotBeASource() {
    callAs("a shop", Roles.PRODUCER);
    problem(post(body(newId(), "account-1", "GDPR")), 400, "invalid-property", "token")
        .body("detail", containsString("quarkus.oidc.token.principal-claim"));
  }

  @Test
  void shouldLimitAProducerThatFloodsTheDoorAndNobodyElse() {
    callAs("flood", Roles.PRODUCER);
    for (int call = 0; call < 100; call++) {
      given().get(PATH + "/" + Requests.id(1)).then().statusCode(404);
    }
    problem(post(body(newId(), "account-1", "GDPR")), 429, "too-many-requests", null)
        .header("Retry-After", "1")
        .body("detail", containsString("lethe.producer-limit.per-second"));
    callAs("shop", Roles.PRODUCER);
    post(body(newId(), "account-1", "GDPR")).statusCode(202);
  }

  @Test
  void shouldAnswerAnUnknownPathWithAProblem() {
    given()
        .put("/v1/deletion-requests/x")
        .then()
        .statusCode(405)
        .contentType("application/problem+json");
  }

  @Test
  void shouldDocumentItselfWithExamples() {
    given()
        .header("Accept", "application/json")
        .get("/q/openapi")
        .then()
        .statusCode(200)
        .body(
            "paths.'/v1/deletion-requests'.post.requestBody.content.'application/json'.examples",
            hasKey("everything"))
        .body("components.schemas.DeletionRequest.properties", hasKey("subject"));
  }

  @Test
  void shouldBeReadyOnceTheRequestsAreKnown() {
    given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    kafka.fallBehind();
    given().get("/q/health/ready").then().statusCode(503).body("status", equalTo("DOWN"));
    problem(post(body(newId(), "account-1", "GDPR")), 503, "unavailable", null);
  }

  @Test
  void shouldCountRefusalsByReason() {
    post("[]").statusCode(400);
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("erasure_requests_refused_total{door=\"http\",reason=\"malformed\"}"))
        .body(containsString("erasure_publish_seconds"));
  }

  @Test
  void shouldDateByTheConfiguredRuleOfARegime() {
    post(body(newId(), "account-1", "INTERNAL"))
        .statusCode(202)
        .body("expectedBy", equalTo("2026-05-17T14:59:59.999Z"));
  }

  @Test
  void shouldExtendADeadlineOnceAndTellBothDates() {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    extend(id, Examples.EXTENSION.replace("2026-05-10T09:00:00Z", "2026-05-10T10:00:00Z"))
        .statusCode(202)
        .body("expectedBy", equalTo("2026-08-10T21:59:59.999Z"))
        .body("extension.firstExpectedBy", equalTo("2026-06-10T21:59:59.999Z"))
        .body("extension.reason", equalTo("COMPLEXITY"))
        .body("extension.notifiedAt", equalTo("2026-05-10T10:00:00Z"));
    given()
        .get("/v1/deletion-requests/" + id)
        .then()
        .statusCode(200)
        .body("expectedBy", equalTo("2026-08-10T21:59:59.999Z"));
    problem(
        extend(id, "{\"reason\": \"OTHER\", \"notifiedAt\": \"2026-05-10T10:00:00Z\"}"),
        409,
        "already-extended",
        "requestId");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | notifiedAt",
        "{\"notifiedAt\": \"2026-05-10T10:00:00Z\"} | reason",
        "{\"notifiedAt\": \"2026-05-10T10:00:00Z\", \"reason\": \"Mrs Smith is ill\"} | reason",
        "{\"notifiedAt\": \"tomorrow\", \"reason\": \"OTHER\"} | notifiedAt"
      })
  void shouldNameTheFieldOfAnExtensionThatDoesNotFit(String body, String field) {
    String id = newId();
    post(body(id, "account-1", "GDPR")).statusCode(202);
    problem(extend(id, body), 400, "invalid-property", field)
        .body("detail", not(containsString("Smith")));
  }

  /** As an operator, and then as the producer again. */
  private static ValidatableResponse extend(String id, String body) {
    callAs("otto", Roles.OPERATOR);
    try {
      return sendExtension(id, body);
    } finally {
      callAs("shop", Roles.PRODUCER);
    }
  }

  private static ValidatableResponse sendExtension(String id, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/deletion-requests/" + id + "/extension")
        .then();
  }

  /** Every request from now on is this caller's. */
  private static void callAs(String name, String role) {
    // A builder takes over what is set already, and would send two tokens.
    RestAssured.requestSpecification = null;
    RestAssured.requestSpecification =
        new RequestSpecBuilder()
            .addHeader("Authorization", "Bearer " + Tokens.of(name, role))
            .build();
  }

  private static ValidatableResponse post(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/v1/deletion-requests").then();
  }

  private static ValidatableResponse problem(
      ValidatableResponse response, int status, String type, String field) {
    return response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:lethe:problem:" + type))
        .body("status", equalTo(status))
        .body("field", field == null ? nullValue() : equalTo(field));
  }

  private static String body(String id, String subject, String regime) {
    return "{\"requestId\":\""
        + id
        + "\",\"subject\":\""
        + subject
        + "\",\"scope\":{\"kind\":\"ALL\"},\"regime\":\""
        + regime
        + "\"}";
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
