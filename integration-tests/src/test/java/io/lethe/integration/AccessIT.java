package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every endpoint of every service asks for a token, and for one with the right role. */
class AccessIT {
  private static final String PRODUCER = "erasure-producer";
  private static final String AUDITOR = "erasure-auditor";
  private static final String OPERATOR = "erasure-operator";
  private static final String APPROVER = "release-approver";
  private static final List<String> ROLES = List.of(PRODUCER, AUDITOR, OPERATOR, APPROVER);
  private static final List<String> READERS = List.of(AUDITOR, OPERATOR);
  private static final List<String> ANYBODY = ROLES;

  /** Only stores a token in the caller's own browser. */
  private static final String OPEN = "POST /session";

  /** Service to endpoint to the roles that may call it: the rules as operators read them. */
  private static final Map<String, Map<String, List<String>>> RULES =
      Map.of(
          "deletion-intake",
          Map.of(
              "POST /v1/deletion-requests", List.of(PRODUCER),
              "GET /v1/deletion-requests/{id}", List.of(PRODUCER, AUDITOR, OPERATOR),
              "DELETE /v1/deletion-requests/{id}", List.of(PRODUCER, OPERATOR),
              "POST /v1/deletion-requests/{id}/extension", List.of(OPERATOR)),
          "forget-set-accumulator",
          Map.of("GET /v1/forget-sets/open", READERS),
          "unlearning-worker",
          Map.of("GET /v1/jobs", READERS),
          "adapter-catalog",
          Map.ofEntries(
              Map.entry("GET /v1/versions", List.of(AUDITOR, OPERATOR, APPROVER)),
              Map.entry("GET /v1/refusals", List.of(AUDITOR, OPERATOR, APPROVER)),
              Map.entry("POST /v1/versions/{version}/withdraw", List.of(APPROVER)),
              Map.entry("POST /v1/versions/{version}/rollback", List.of(APPROVER)),
              Map.entry("POST /v1/versions/{version}/promote", List.of(APPROVER)),
              Map.entry("POST /v1/versions/{version}/pin", List.of(APPROVER)),
              Map.entry("POST /v1/versions/{version}/unpin", List.of(APPROVER)),
              Map.entry("POST /v1/canary", List.of(APPROVER)),
              Map.entry("POST /v1/canary/end", List.of(APPROVER)),
              Map.entry("POST /v1/override", List.of(APPROVER)),
              Map.entry("POST /v1/override/approve", List.of(APPROVER)),
              Map.entry("POST /v1/override/revoke", List.of(APPROVER))),
          "recommendation-server-1",
          Map.of(
              "POST /v1/recommendations",
              ANYBODY,
              "GET /v1/models",
              ANYBODY,
              "POST /v1/load_lora_adapter",
              List.of(OPERATOR),
              "POST /v1/audit/scores",
              List.of(AUDITOR)),
          "erasure-ledger",
          Map.ofEntries(
              Map.entry("GET /", READERS),
              Map.entry("GET /v1/requests", READERS),
              Map.entry("GET /v1/requests/{requestId}", READERS),
              Map.entry("GET /v1/requests/{requestId}/story", READERS),
              Map.entry("GET /v1/overview", READERS),
              Map.entry("GET /v1/obligations", READERS),
              Map.entry("GET /v1/forget-sets", READERS),
              Map.entry("POST /v1/forget-sets/redrive", List.of(OPERATOR)),
              Map.entry("GET /v1/candidates", READERS),
              Map.entry("GET /v1/lineage", READERS),
              Map.entry("GET /v1/requests/{requestId}/export", List.of(AUDITOR)),
              Map.entry("GET /v1/servers", READERS),
              Map.entry("GET /v1/dead-letters", READERS),
              Map.entry("POST /v1/dead-letters/redrive", List.of(OPERATOR)),
              Map.entry("GET /v1/receipts/{id}", READERS),
              Map.entry("GET /v1/receipts/{id}/proof", READERS),
              Map.entry("GET /v1/receipts/{id}/page", READERS),
              Map.entry("GET /v1/callbacks", READERS),
              Map.entry("POST /v1/callbacks/{receiptId}/retry", List.of(OPERATOR)),
              Map.entry("GET /v1/log/checkpoint", ANYBODY),
              Map.entry("GET /v1/log/consistency", ANYBODY),
              Map.entry("GET /v1/log/tile/{level}/{tile}", ANYBODY),
              Map.entry("GET /v1/log/tile/entries/{tile}", READERS),
              Map.entry("GET /v1/public-key", ANYBODY)));

  private final DevelopmentStack stack = DevelopmentStack.get();

  @Test
  void shouldHaveARuleForEveryEndpointThatAServiceDescribes() {
    RULES.forEach(
        (name, rules) ->
            assertThat(endpoints(stack.service(name)))
                .as(name)
                .containsExactlyInAnyOrderElementsOf(rules.keySet()));
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerWhoMayAskAndRefuseEverybodyElse() {
    Map<String, String> tokens = new TreeMap<>();
    ROLES.forEach(role -> tokens.put(role, stack.token("somebody", role)));
    return RULES.entrySet().stream()
        .flatMap(
            service ->
                service.getValue().entrySet().stream()
                    .map(
                        rule ->
                            DynamicTest.dynamicTest(
                                service.getKey() + " " + rule.getKey(),
                                () ->
                                    assertRule(
                                        stack.service(service.getKey()),
                                        rule.getKey(),
                                        rule.getValue(),
                                        tokens))));
  }

  @Test
  void shouldLeaveHealthAndMetricsOpen() {
    for (String name : RULES.keySet()) {
      Service anonymous = stack.service(name).as(null);
      assertThat(anonymous.get("/q/health/live").status()).as(name).isEqualTo(200);
      assertThat(anonymous.get("/q/metrics").status()).as(name).isEqualTo(200);
    }
  }

  private static void assertRule(
      Service service, String endpoint, List<String> allowed, Map<String, String> tokens) {
    String method = endpoint.substring(0, endpoint.indexOf(' '));
    String path =
        endpoint
            .substring(endpoint.indexOf(' ') + 1)
            .replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
    Service.Answer anonymous = service.as(null).call(method, path);
    assertThat(anonymous.status()).as("without a token").isEqualTo(401);
    assertThat(anonymous.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(service.as("no.real.token").call(method, path).status()).isEqualTo(401);
    tokens.forEach(
        (role, token) -> {
          int status = service.as(token).call(method, path).status();
          if (allowed.contains(role)) {
            assertThat(status).as(role).isNotIn(401, 403).isLessThan(500);
          } else {
            assertThat(status).as(role).isEqualTo(403);
          }
        });
  }

  private static List<String> endpoints(Service service) {
    Service.Answer answer = service.get("/q/openapi?format=json");
    assertThat(answer.status()).isEqualTo(200);
    List<String> endpoints = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : answer.json().required("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> endpoints.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    endpoints.remove(OPEN);
    return endpoints;
  }
}
