package io.lethe.serving.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.lethe.schemas.access.Roles;
import io.lethe.serving.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every endpoint refuses who has no token or another role, and answers who may ask. */
@QuarkusTest
@TestProfile(OfflineProfile.class)
class EndpointAccessTest {
  private static final String NAME = "somebody";

  /**
   * An endpoint's rule.
   *
   * @param path as OpenAPI has it
   * @param allowed roles that may call it; empty for anybody with a token
   */
  private record Rule(Method method, String path, List<String> allowed) {
    String endpoint() {
      return method + " " + path;
    }
  }

  static List<Rule> rules() {
    return List.of(
        new Rule(Method.POST, "/v1/recommendations", List.of()),
        new Rule(Method.GET, "/v1/models", List.of()),
        new Rule(Method.POST, "/v1/load_lora_adapter", List.of(Roles.OPERATOR)),
        new Rule(Method.POST, "/v1/audit/scores", List.of(Roles.AUDITOR)));
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
  void shouldAnswerWhoMayAsk(Rule rule) {
    List<String> allowed = rule.allowed().isEmpty() ? List.of("any-other-role") : rule.allowed();
    for (String role : allowed) {
      assertThat(call(rule, Tokens.of(NAME, role)).statusCode()).isNotIn(401, 403, 500);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldRefuseWhoHasNoRoleForIt(Rule rule) {
    if (rule.allowed().isEmpty()) {
      return;
    }
    for (String role : Roles.ALL) {
      if (!rule.allowed().contains(role)) {
        call(rule, Tokens.of(NAME, role))
            .then()
            .statusCode(403)
            .contentType("application/problem+json")
            .body("status", equalTo(403));
      }
    }
    call(rule, Tokens.of(NAME)).then().statusCode(403);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldRefuseWhoHasNoValidToken(Rule rule) {
    String role = rule.allowed().isEmpty() ? Roles.AUDITOR : rule.allowed().get(0);
    String foreign = Tokens.of(NAME, role);
    String forged = foreign.substring(0, foreign.lastIndexOf('.') + 1) + "AAAA";
    for (String token :
        Arrays.asList(
            null,
            "nonsense",
            forged,
            Tokens.expired(NAME, role),
            Tokens.forAnotherAudience(NAME, role))) {
      call(rule, token)
          .then()
          .statusCode(401)
          .contentType("application/problem+json")
          .header("WWW-Authenticate", "Bearer")
          .body("status", equalTo(401));
    }
  }

  @Test
  void shouldLeaveHealthAndMetricsOpen() {
    assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(given().get("/q/metrics").statusCode()).isEqualTo(200);
  }

  private static Response call(Rule rule, String token) {
    RequestSpecification request = given().contentType("application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (rule.method() == Method.POST) {
      request.body("{}");
    }
    return request.request(
        rule.method(), rule.path().replaceAll("\\{[^}]+}", UUID.randomUUID().toString()));
  }
}
