package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;

/** Sends deletion requests over HTTP and awaits what becomes of them. */
final class Requests {
  private static final Duration COMPLETION_TIMEOUT = Duration.ofMinutes(4);

  private Requests() {}

  /** Asks for everything of an account; returns the request's id. */
  static String eraseAll(DevelopmentStack stack, String account) {
    String requestId = UUID.randomUUID().toString();
    Service.Answer answer =
        stack.service("deletion-intake").post("/v1/deletion-requests", body(requestId, account));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return requestId;
  }

  static String body(String requestId, String account) {
    return """
        {"requestId": "%s", "subject": "%s", "scope": {"kind": "ALL"}, "regime": "GDPR"}
        """
        .formatted(requestId, account);
  }

  /** The ledger's snapshot once the request is complete. */
  static JsonNode awaitCompleted(DevelopmentStack stack, String requestId) {
    return await("completion of " + requestId)
        .atMost(COMPLETION_TIMEOUT)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> snapshot(stack, requestId),
            snapshot -> "COMPLETED".equals(snapshot.path("stage").asText()));
  }

  /** The ledger's snapshot once the request is forgotten exactly, too. */
  static JsonNode awaitExact(DevelopmentStack stack, String requestId) {
    return await("an exact version for " + requestId)
        .atMost(COMPLETION_TIMEOUT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> snapshot(stack, requestId), snapshot -> snapshot.hasNonNull("exactAt"));
  }

  /** The ledger's snapshot, or an empty object while it knows nothing. */
  static JsonNode snapshot(DevelopmentStack stack, String requestId) {
    return stack
        .service("erasure-ledger")
        .tryGet("/v1/requests/" + requestId)
        .filter(answer -> answer.status() == 200)
        .map(Service.Answer::json)
        .orElseGet(LetheCommand.MAPPER::createObjectNode);
  }
}
