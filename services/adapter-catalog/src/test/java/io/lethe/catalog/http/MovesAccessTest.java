package io.lethe.catalog.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.lethe.schemas.access.Roles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@TestProfile(OfflineProfile.class)
class MovesAccessTest {
  private static final String WHY = "{\"why\":\"the answers are worse\"}";

  /** An endpoint's rule. */
  record Rule(Method method, String path, List<String> allowed) {
    String endpoint() {
      return method + " " + path;
    }
  }

  @Inject MemoryMover mover;

  @AfterEach
  void mend() {
    mover.failure = null;
  }

  static List<Rule> rules() {
    List<String> readers = List.of(Roles.AUDITOR, Roles.OPERATOR, Roles.APPROVER);
    List<String> movers = List.of(Roles.APPROVER);
    return List.of(
        new Rule(Method.GET, "/v1/versions", readers),
        new Rule(Method.GET, "/v1/refusals", readers),
        new Rule(Method.POST, "/v1/versions/{version}/withdraw", movers),
        new Rule(Method.POST, "/v1/versions/{version}/rollback", movers),
        new Rule(Method.POST, "/v1/versions/{version}/promote", movers),
        new Rule(Method.POST, "/v1/versions/{version}/pin", movers),
        new Rule(Method.POST, "/v1/versions/{version}/unpin", movers),
        new Rule(Method.POST, "/v1/canary", movers),
        new Rule(Method.POST, "/v1/canary/end", movers),
        new Rule(Method.POST, "/v1/override", movers),
        new Rule(Method.POST, "/v1/override/approve", movers),
        new Rule(Method.POST, "/v1/override/revoke", movers));
  }

  @Test
  void shouldHaveARuleForEveryEndpoint() {
    Map<String, Map<String, Object>> paths =
        given().header("Accept", "application/json").get("/q/openapi").jsonPath().getMap("paths");
    assertThat(paths.entrySet())
        .flatExtracting(
            path ->
                path.getValue().keySet().stream()
                    .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey())
                    .toList())
        .containsExactlyInAnyOrderElementsOf(rules().stream().map(Rule::endpoint).toList());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldAnswerWhoMayAskAndRefuseEverybodyElse(Rule rule) {
    for (String role : Roles.ALL) {
      Response answer = call(rule, Tokens.of("somebody", role));
      if (rule.allowed().contains(role)) {
        assertThat(answer.statusCode()).isNotIn(401, 403, 500);
      } else {
        answer
            .then()
            .statusCode(403)
            .contentType("application/problem+json")
            .body("status", equalTo(403));
      }
    }
    String role = rule.allowed().get(0);
    for (String token :
        Arrays.asList(
            null, "nonsense", Tokens.expired("a", role), Tokens.forAnotherAudience("a", role))) {
      call(rule, token).then().statusCode(401).contentType("application/problem+json");
    }
  }

  @Test
  void shouldNameTheFieldThatCannotBeUsed() {
    unusable("/v1/versions/2/withdraw", "{}", "why");
    unusable("/v1/versions/2/withdraw", "{\"why\":\"two\\nlines\"}", "why");
    unusable("/v1/versions/2/withdraw", "nonsense", "body");
    unusable("/v1/versions/2/withdraw", "{\"why\":\"w\",\"wiat\":true}", "body");
    unusable("/v1/versions/two/withdraw", WHY, "version");
    unusable("/v1/canary", WHY, "percent");
    unusable("/v1/canary", "{\"percent\":100,\"why\":\"w\"}", "percent");
    unusable("/v1/canary", "{\"replicas\":[\"a b\"],\"why\":\"w\"}", "replicas");
    unusable("/v1/override", "{\"rule\":\"watermark\",\"why\":\"w\"}", "rule");
    unusable("/v1/override", "{\"rule\":\"forgetting\",\"why\":\"w\"}", "rule");
  }

  @Test
  void shouldSayThatAMoveMayBeRepeatedWhereNobodyKnowsWhetherItWasDone() {
    mover.failure = new IllegalStateException(new TimeoutException());
    post("anna", "/v1/versions/1/rollback", WHY)
        .statusCode(503)
        .header("Retry-After", "2")
        .body("detail", containsString("Repeat it"));
  }

  @Test
  void shouldNameWhoAsksByAPseudonymOfTheToken() {
    post("anna", "/v1/canary/end", WHY).statusCode(200).body("changed", equalTo(false));
    assertThat(mover.lastActorRef).isEqualTo("ref-of-anna");
  }

  private static void unusable(String path, String body, String field) {
    post("anna", path, body)
        .statusCode(422)
        .contentType("application/problem+json")
        .body("field", equalTo(field));
  }

  private static ValidatableResponse post(String person, String path, String body) {
    return given()
        .contentType("application/json")
        .header("Authorization", "Bearer " + Tokens.of(person, Roles.APPROVER))
        .body(body)
        .post(path)
        .then();
  }

  private static Response call(Rule rule, String token) {
    RequestSpecification request = given().contentType("application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (rule.method() == Method.POST) {
      request.body("{}");
    }
    return request.request(rule.method(), rule.path().replaceAll("\\{[^}]+}", "1"));
  }
}
