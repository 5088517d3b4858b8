package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.lethe.ledger.Events;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The interface without a broker: what was loaded is shown, and the service is not ready. */
@QuarkusTest
@TestProfile(LedgerInterfaceTest.WithoutBroker.class)
class LedgerInterfaceTest {
  /** A state directory of its own, a free port, and a broker that is not there. */
  public static final class WithoutBroker implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        return Map.of(
            "lethe.state-directory",
            Files.createTempDirectory("erasure-ledger").toString(),
            "kafka.bootstrap.servers",
            "localhost:1",
            "quarkus.http.test-port",
            "0",
            "quarkus.oidc.public-key",
            Tokens.publicKey(),
            "lethe.list-max",
            "200",
            "lethe.log.origin",
            "log.example/lethe");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  @Inject Ledger ledger;
  @Inject ServerTable servers;
  @Inject DeadLetterTable letters;
  @Inject TransitionLog log;
  @Inject FlowTable flow;
  @Inject ReceiptOffice receipts;
  @Inject Clock clock;

  @BeforeEach
  void load() {
    ledger.load(snapshot(Events.REQUEST, RequestStage.SUPPRESSED));
    ledger.load(snapshot(Events.OTHER_REQUEST, RequestStage.WITHDRAWN));
    servers.heartbeat(Events.serving("server-1", 3, 8, 0), Events.START);
    RestAssured.requestSpecification =
        new RequestSpecBuilder()
            .addHeader(
                "Authorization", "Bearer " + Tokens.of("anna", Roles.AUDITOR, Roles.OPERATOR))
            .build();
  }

  @AfterEach
  void forgetTheCaller() {
    RestAssured.requestSpecification = null;
  }

  @Test
  void shouldTellWhereARequestStands() {
    given()
        .get("/v1/requests/" + Events.REQUEST)
        .then()
        .statusCode(200)
        .body("stage", equalTo("SUPPRESSED"))
        .body("acceptedAt", equalTo("2026-01-01T00:00:00Z"))
        .body("unlearnedAt", nullValue());
  }

  @Test
  void shouldListRequestsByStage() {
    given()
        .get("/v1/requests?stage=WITHDRAWN&limit=5")
        .then()
        .statusCode(200)
        .body("requestId", contains(Events.OTHER_REQUEST));
    given().get("/v1/requests").then().statusCode(200).body("requestId", hasItem(Events.REQUEST));
  }

  @Test
  void shouldAnswerProblemsThatNameTheFieldAndTheRemedy() {
    problem("/v1/requests/nobody", 404).body("field", equalTo("requestId"));
    problem("/v1/receipts/" + Events.REQUEST, 404)
        .body("title", equalTo("Unknown receipt"))
        .body("detail", containsString("when the request is completed"));
    problem("/v1/requests?stage=LOST", 400).body("field", equalTo("stage"));
    problem("/v1/requests?limit=201", 400)
        .body(
            "detail",
            equalTo(
                "The limit is no whole number from 1 to 200; give one, or raise lethe.list-max."));
    problem("/v1/requests?limit=many", 400).body("field", equalTo("limit"));
    problem("/v1/nothing", 404).body("type", equalTo("urn:lethe:problem:http-404"));
  }

  @Test
  void shouldGiveThePublicKeyAndNeverThePrivateOne() {
    given()
        .get("/v1/public-key")
        .then()
        .statusCode(200)
        .body("kty", equalTo("OKP"))
        .body("crv", equalTo("Ed25519"))
        .body("alg", equalTo("EdDSA"))
        .body("vkey", startsWith("log.example/lethe+"))
        .body("d", nullValue());
  }

  @Test
  void shouldListServers() {
    given()
        .get("/v1/servers")
        .then()
        .statusCode(200)
        .body("[0].replicaId", equalTo("server-1"))
        .body("[0].live", equalTo(false))
        .body("[0].version", equalTo(3))
        .body("[0].suppressionOffsets.'0'", equalTo(8));
  }

  @Test
  void shouldServeTheConsoleFromItselfAlone() {
    Response page = given().get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .doesNotContain("unsafe");
    List<String> assets =
        Pattern.compile("(?:src|href)=\"([^\"]+\\.(?:js|css))\"")
            .matcher(page.asString())
            .results()
            .map(asset -> asset.group(1))
            .toList();
    assertThat(page.asString())
        .contains("<html lang=\"en\">", "data-refresh-millis=\"2000\"", "<noscript>")
        .doesNotContain("https://", Events.REQUEST);
    assertThat(assets).hasSize(2).allMatch(asset -> asset.startsWith("/console/"));
    assets.forEach(asset -> given().get(asset).then().statusCode(200));
  }

  @Test
  void shouldListWhatIsOwedSoonestDeadlineFirst() {
    String sooner = "00000000-0000-4000-8000-000000000021";
    String exact = "00000000-0000-4000-8000-000000000022";
    ledger.load(
        builder(sooner, RequestStage.RECEIVED)
            .setDueAt(Events.START.plus(Duration.ofDays(10)))
            .setSuppressedAt(null)
            .build());
    ledger.load(completed(exact).setExactAt(Events.after(9)).build());
    JsonPath owed = given().get("/v1/obligations").then().statusCode(200).extract().jsonPath();
    assertThat(owed.getString("obligations[0].request.requestId")).isEqualTo(sooner);
    assertThat(owed.getList("obligations[0].unmet"))
        .isEqualTo(List.of("suppressed", "unlearned", "exact"));
    assertThat(owed.getBoolean("obligations[0].overdue")).isTrue();
    assertThat(owed.getLong("obligations[0].timeLeftMillis")).isNegative();
    assertThat(owed.getList("obligations.request.requestId"))
        .contains(Events.REQUEST)
        .doesNotContain(exact, Events.OTHER_REQUEST);
    assertThat(owed.getInt("open")).isEqualTo(owed.getList("obligations").size());
    assertThat(owed.getInt("overdue")).isEqualTo(owed.getInt("open"));
    problem("/v1/obligations?limit=0", 400).body("field", equalTo("limit"));
  }

  @Test
  void shouldGiveAnOverviewWithTheRolesOfTheCaller() {
    given()
        .get("/v1/overview")
        .then()
        .statusCode(200)
        .body("requests.WITHDRAWN", equalTo(1))
        .body("clocks.clock", contains("suppressed", "unlearned", "exact"))
        .body("clocks[0].targetMillis", equalTo(1000))
        .body("clocks[0].p50Millis", equalTo(1000))
        .body("clocks[2].targetMillis", nullValue())
        .body("serversLive", equalTo(0))
        .body("servers", equalTo(1))
        .body("roles", contains(Roles.AUDITOR, Roles.OPERATOR));
    RestAssured.requestSpecification = null;
    given()
        .header("Authorization", "Bearer " + Tokens.of("anna", Roles.AUDITOR))
        .get("/v1/overview")
        .then()
        .body("roles", contains(Roles.AUDITOR));
  }

  @Test
  void shouldTellARequestsWholeStory() {
    String request = "00000000-0000-4000-8000-000000000023";
    flow.closed(Events.closed(request, "subject-one"));
    flow.trained(Events.trained(true));
    flow.versioned(Events.released(1, request));
    issue(request);
    given()
        .get("/v1/requests/" + request + "/story")
        .then()
        .statusCode(200)
        .body("standing.requestId", equalTo(request))
        .body("steps.event", contains("CLOCKS_MET"))
        .body("steps[0].afterMillis", equalTo(7000))
        .body("forgetSet.state", equalTo("RELEASED"))
        .body("forgetSet.samples", equalTo(1))
        .body("candidates[0].gates[0].gate", equalTo("utility-floor"))
        .body("version.watermarkRequests", equalTo(1))
        .body("receipts", contains(RequestProgress.receiptId(request)));
    problem("/v1/requests/nobody/story", 404).body("field", equalTo("requestId"));
    given()
        .get("/v1/lineage")
        .then()
        .body("[0].adapterId", equalTo("adapter-1"))
        .body("[0].current", equalTo(true))
        .body("[0].pin", nullValue());
    given().get("/v1/candidates").then().body("[0].gates[0].reference", equalTo("held-out AUC"));
    given().get("/v1/forget-sets").then().body("[0].version", equalTo(1));
  }

  @Test
  void shouldServeTheLogAsTilesThatVerify() throws Exception {
    issue("00000000-0000-4000-8000-000000000005");
    NoteKey key = NoteKey.parse(given().get("/v1/public-key").jsonPath().getString("vkey"));
    Response served = given().get("/v1/log/checkpoint");
    assertThat(served.contentType().replace(" ", ""))
        .isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(served.header("Cache-Control")).isEqualTo("no-cache");
    Checkpoint checkpoint = new LogAudit(List.of(key)).verify(this::fetch, List.of());
    assertThat(checkpoint.size()).isEqualTo(log.size());
    problem("/v1/log/tile/0/000.p/255", 404)
        .body("type", equalTo("urn:lethe:problem:unknown-tile"));
    problem("/v1/log/tile/64/000", 404);
    problem("/v1/log/tile/entries/001", 404).body("field", equalTo("tile"));

    given()
        .get("/v1/log/consistency?from=1")
        .then()
        .statusCode(200)
        .body("to", equalTo((int) log.size()))
        .body("checkpoint", equalTo(log.checkpoint()));
    problem("/v1/log/consistency", 400).body("field", equalTo("from"));
    problem("/v1/log/consistency?from=" + (log.size() + 1), 400)
        .body("detail", containsString("a longer log that you know of was cut off"));
  }

  @Test
  void shouldProveAReceiptUnderTheNewestCheckpointAndShowItAsAPage() throws Exception {
    String request = "00000000-0000-4000-8000-000000000006";
    issue(request);
    issue("00000000-0000-4000-8000-000000000007");
    NoteKey key = NoteKey.parse(given().get("/v1/public-key").jsonPath().getString("vkey"));
    String receipt = given().get("/v1/receipts/" + request).then().extract().asString();
    byte[] entry = Base64.getUrlDecoder().decode(JsonPath.from(receipt).getString("entry"));
    String proof =
        given()
            .get("/v1/receipts/" + request + "/proof")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/plain"))
            .extract()
            .asString();
    assertThat(InclusionProof.parse(proof).verify(entry, List.of(key)).size())
        .isEqualTo(log.size());
    String page =
        given()
            .get("/v1/receipts/" + request + "/page")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/html"))
            .extract()
            .asString();
    assertThat(page)
        .contains("<html lang=\"en\">", "@media print", request, "Forgotten approximately.")
        .contains("2026-01-01T00:00:01Z", "1.0 s", "kept", "not yet", "c2sp.org/tlog-proof@v1")
        .contains("log.example/lethe", key.text().substring(0, 20))
        .doesNotContain("<script", "https://", "http://", "src=");
    problem("/v1/receipts/" + Events.REQUEST + "/page", 404);
  }

  @Test
  void shouldExportEverythingHeldAboutARequest() {
    String request = "00000000-0000-4000-8000-000000000008";
    issue(request);
    given()
        .get("/v1/requests/" + request + "/export")
        .then()
        .statusCode(200)
        .body("standing.requestId", equalTo(request))
        .body("log", equalTo("log.example/lethe"))
        .body("entries.event", contains("CLOCKS_MET"))
        .body("entries[0].receiptDigest.length()", equalTo(64))
        .body("receipts.receiptId", contains(RequestProgress.receiptId(request)))
        .body("receipts[0].signed.proof", startsWith("c2sp.org/tlog-proof@v1"))
        .body("callbacks", empty());
    problem("/v1/requests/nobody/export", 404).body("field", equalTo("requestId"));
  }

  @Test
  void shouldListCallbacksAndSayWhenThereIsNoneToRetry() {
    given()
        .get("/v1/callbacks")
        .then()
        .statusCode(200)
        .body("pending", equalTo(0))
        .body("dead", equalTo(0))
        .body("callbacks", empty());
    given()
        .contentType("application/json")
        .post("/v1/callbacks/nobody/retry")
        .then()
        .statusCode(404)
        .body("field", equalTo("receiptId"));
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("erasure_callbacks{state=\"DEAD\"} 0.0"))
        .body(containsString("ledger_log_entries"));
  }

  /** Logs the completion of a request, signs its receipt and shows it. */
  private void issue(String requestId) {
    Knowledge knowledge =
        new Knowledge(new VersionTable(4), new ServerTable(Duration.ofSeconds(60), 1, 10), 10);
    Step step =
        new Step(
            RequestEvent.CLOCKS_MET,
            RequestStage.RELEASED,
            completed(requestId).setReceiptId(RequestProgress.receiptId(requestId)).build());
    Map<Step, String> digests = receipts.draft(List.of(step), Events.after(7), knowledge);
    receipts.issue(log.append(List.of(step), Events.after(7), digests::get));
    ledger.load(step.after());
  }

  private Optional<byte[]> fetch(String path) {
    Response answer = given().get("/v1/log/" + path);
    return answer.statusCode() == 200 ? Optional.of(answer.asByteArray()) : Optional.empty();
  }

  @Test
  void shouldShowWhetherAReceiptIsExactOrApproximate() {
    String approximate = "00000000-0000-4000-8000-000000000003";
    String exact = "00000000-0000-4000-8000-000000000004";
    ledger.load(completed(approximate).build());
    ledger.load(
        completed(exact)
            .setExactAt(Events.after(9))
            .setExactVersion(7L)
            .setExactAdapterId("adapter-7")
            .build());
    given()
        .get("/v1/requests/" + approximate)
        .then()
        .statusCode(200)
        .body("exactAt", nullValue())
        .body("receiptId", equalTo("receipt-of-" + approximate));
    given()
        .get("/v1/requests/" + exact)
        .then()
        .statusCode(200)
        .body("exactAt", equalTo("2026-01-01T00:00:09Z"))
        .body("exactVersion", equalTo(7))
        .body("exactAdapterId", equalTo("adapter-7"));
  }

  @Test
  void shouldAskABrowserForATokenAndKeepItInACookieThatScriptsCannotRead() {
    RestAssured.requestSpecification = null;
    String login =
        given().get("/").then().statusCode(401).contentType("text/html").extract().asString();
    assertThat(login).contains("action=\"/session\"", "./lethe token").doesNotContain("<script");

    String token = Tokens.of("anna", Roles.AUDITOR);
    String cookie =
        given()
            .redirects()
            .follow(false)
            .formParam("token", "\n" + token + " ")
            .post("/session")
            .then()
            .statusCode(303)
            .header("Location", endsWith("/"))
            .extract()
            .header("Set-Cookie");
    assertThat(cookie)
        .startsWith("lethe-token=")
        .containsIgnoringCase("HttpOnly")
        .containsIgnoringCase("SameSite=Strict");
    given().cookie("lethe-token", token).get("/").then().statusCode(200);
    given().cookie("lethe-token", token).get("/v1/requests").then().statusCode(200);
  }

  @Test
  void shouldVerifyTheTokenInTheCookieLikeAnyOther() {
    RestAssured.requestSpecification = null;
    given()
        .cookie("lethe-token", Tokens.expired("anna", Roles.AUDITOR))
        .get("/")
        .then()
        .statusCode(401);
    given()
        .cookie("lethe-token", Tokens.of("shop", Roles.PRODUCER))
        .get("/")
        .then()
        .statusCode(403)
        .contentType("text/html");
    given()
        .formParam("token", "no token")
        .post("/session")
        .then()
        .statusCode(400)
        .body("field", equalTo("token"));
  }

  @Test
  void shouldBeLiveButNotReadyWithoutABroker() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(503)
        .body("checks[0].data.obstacle", equalTo("still reading the topics"));
    given().get("/q/health/live").then().statusCode(200);
  }

  @Test
  void shouldCountRequestsByStage() {
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("erasure_requests{stage=\"WITHDRAWN\"} 1.0"))
        .body(containsString("erasure_deadline_remaining_min_seconds{clock=\"unlearned\"}"))
        .body(containsString("erasure_deadline_remaining_min_seconds{clock=\"exact\"}"))
        .body(not(containsString(Events.REQUEST)));
  }

  @Test
  void shouldListDeadLettersByShapeAndCountThem() {
    letters.put(
        DeadLetter.of(
            new ConsumerRecord<>(
                "deletion.submitted.dlq",
                0,
                17,
                clock.instant().minus(Duration.ofHours(2)).toEpochMilli(),
                TimestampType.CREATE_TIME,
                3,
                6,
                "key".getBytes(StandardCharsets.UTF_8),
                "secret".getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(),
                Optional.empty())),
        List.of());
    String body =
        given()
            .get("/v1/dead-letters?topic=deletion.submitted&olderThan=PT1H")
            .then()
            .statusCode(200)
            .body("complete", equalTo(false))
            .body("open", equalTo(1))
            .body("letters[0].valueBytes", equalTo(6))
            .body("letters[0].state", equalTo("OPEN"))
            .extract()
            .asString();
    assertThat(body).doesNotContain("secret");
    problem("/v1/dead-letters?topic=nowhere", 400).body("field", equalTo("topic"));
    problem("/v1/dead-letters?olderThan=yesterday", 400).body("field", equalTo("olderThan"));
    problem("/v1/dead-letters?after=here", 400).body("field", equalTo("after"));
    problem("/v1/dead-letters?state=LOST", 400).body("field", equalTo("state"));
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("dlq_records{topic=\"deletion.submitted.dlq\"} 1.0"))
        .body(containsString("dlq_deadline_remaining_min_seconds 24"));
  }

  @Test
  void shouldRefuseARedriveThatIsMisspelt() {
    for (String body : List.of("", "null", "[]", "{\"ofsets\": [1]}", "{\"limit\": \"x\"}")) {
      given()
          .contentType("application/json")
          .body(body)
          .post("/v1/dead-letters/redrive")
          .then()
          .statusCode(400)
          .body("field", equalTo("body"));
    }
  }

  @Test
  void shouldSendNothingBackBeforeItKnowsWhatWasSentBack() {
    given()
        .contentType("application/json")
        .body("{}")
        .post("/v1/dead-letters/redrive")
        .then()
        .statusCode(503)
        .body("detail", containsString("has not read all dead letters"));
    given()
        .get("/q/health/well")
        .then()
        .statusCode(503)
        .body(
            "checks.find { it.name == 'dead-letters' }.data.obstacle",
            equalTo("still reading the dead-letter topics"))
        .body("checks.find { it.name == 'callbacks' }.status", equalTo("UP"));
  }

  private static ValidatableResponse problem(String path, int status) {
    return given()
        .get(path)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status));
  }

  private static DeletionProgressed.Builder completed(String requestId) {
    return builder(requestId, RequestStage.COMPLETED)
        .setVersion(1L)
        .setReleasedAt(Events.after(4))
        .setUnlearnedAt(Events.after(6))
        .setForgetSetId(Events.SET)
        .setReceiptId("receipt-of-" + requestId);
  }

  private static DeletionProgressed snapshot(String requestId, RequestStage stage) {
    return builder(requestId, stage).build();
  }

  private static DeletionProgressed.Builder builder(String requestId, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef("subject-one")
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(Events.START)
        .setAcceptedAt(Events.START)
        .setDueAt(Events.START.plus(Duration.ofDays(30)))
        .setSuppressedAt(Events.after(1))
        .setUpdatedAt(Events.after(1));
  }
}
