package io.lethe.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.access.Roles;
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

/**
 * Every endpoint of a service refuses who has no token or another role, and answers who may ask. A
 * test of a service extends it and has a static method {@code rules} that lists an {@link
 * EndpointRule} for each of its endpoints.
 */
public abstract class EndpointAccess {
  private static final String NAME = "somebody";

  private final List<EndpointRule> rules;

  protected EndpointAccess(List<EndpointRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Endpoints that ask for no token, as OpenAPI names them. */
  protected List<String> open() {
    return List.of();
  }

  /** What a refusal of the endpoint is written in. */
  protected String contentType(EndpointRule rule) {
    return "application/problem+json";
  }

  /** What stands for the variables of paths. */
  protected String idInPaths() {
    return UUID.randomUUID().toString();
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
            Stream.concat(open().stream(), rules.stream().map(EndpointRule::endpoint)).toList());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldAnswerWhoMayAsk(EndpointRule rule) {
    List<String> allowed = rule.allowed().isEmpty() ? List.of("any-other-role") : rule.allowed();
    for (String role : allowed) {
      assertThat(call(rule, Tokens.of(NAME, role)).statusCode()).isNotIn(401, 403, 500);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldRefuseWhoHasNoRoleForIt(EndpointRule rule) {
    if (rule.allowed().isEmpty()) {
      return;
    }
    for (String role : Roles.ALL) {
      if (!rule.allowed().contains(role)) {
        refuses(rule, Tokens.of(NAME, role), 403);
      }
    }
    refuses(rule, Tokens.of(NAME), 403);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldRefuseWhoHasNoValidToken(EndpointRule rule) {
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
      assertThat(refuses(rule, token, 401).header("WWW-Authenticate")).isEqualTo("Bearer");
    }
  }

  @Test
  void shouldLeaveHealthAndMetricsOpen() {
    assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(given().get("/q/metrics").statusCode()).isEqualTo(200);
  }

  private Response refuses(EndpointRule rule, String token, int status) {
    Response answer = call(rule, token);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith(contentType(rule));
    if (answer.contentType().endsWith("json")) {
      assertThat(answer.jsonPath().getInt("status")).isEqualTo(status);
    }
    return answer;
  }

  private Response call(EndpointRule rule, String token) {
    RequestSpecification request = given().contentType("application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (rule.method() == Method.POST) {
      request.body("{}");
    }
    return request.request(rule.method(), rule.path().replaceAll("\\{[^}]+}", idInPaths()));
  }
}
