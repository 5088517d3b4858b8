package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Tokens;
import io.lethe.schemas.access.Roles;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every endpoint refuses who has no token or another role, and answers who may ask. */
@QuarkusTest
@TestProfile(LedgerInterfaceTest.WithoutBroker.class)
class EndpointAccessTest {
  private static final String NAME = "somebody";

  /** Stores a token in the caller's own browser and tells nothing. */
  private static final String OPEN = "POST /session";

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
        new Rule(Method.GET, "/", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/requests", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/requests/{requestId}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(
            Method.GET, "/v1/requests/{requestId}/story", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/overview", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/obligations", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/forget-sets", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/candidates", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/lineage", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/dead-letters", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.POST, "/v1/dead-letters/redrive", List.of(Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/servers", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/receipts/{id}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/receipts/{id}/proof", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/receipts/{id}/page", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/requests/{requestId}/export", List.of(Roles.AUDITOR)),
        new Rule(Method.GET, "/v1/callbacks", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.POST, "/v1/callbacks/{receiptId}/retry", List.of(Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/log/checkpoint", List.of()),
        new Rule(Method.GET, "/v1/log/consistency", List.of()),
        new Rule(Method.GET, "/v1/log/tile/{level}/{tile}", List.of()),
        new Rule(Method.GET, "/v1/log/tile/entries/{tile}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new Rule(Method.GET, "/v1/public-key", List.of()));
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
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(OPEN), rules().stream().map(Rule::endpoint)).toList());
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
        call(rule, Tokens.of(NAME, role)).then().statusCode(403).contentType(contentType(rule));
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
          .contentType(contentType(rule))
          .header("WWW-Authenticate", "Bearer");
    }
  }

  @Test
  void shouldLeaveHealthAndMetricsOpen() {
    assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(given().get("/q/metrics").statusCode()).isEqualTo(200);
  }

  private static String contentType(Rule rule) {
    return rule.path().equals("/") ? "text/html" : "application/problem+json";
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
