package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;

/** What people ask of a stack with a ledger, and what those who may move versions do. */
final class Erasures {
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  private final FaultStack stack;

  Erasures(FaultStack stack) {
    this.stack = stack;
  }

  /** Asks for everything of an account; returns the request's id. */
  String erase(String account) {
    String requestId = UUID.randomUUID().toString();
    Service.Answer answer =
        stack
            .service(FaultStack.INTAKE)
            .post("/v1/deletion-requests", Requests.body(requestId, account));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return requestId;
  }

  /** The ledger's snapshot, or an empty object while it knows nothing. */
  JsonNode snapshot(String requestId) {
    return stack
        .service(FaultStack.LEDGER)
        .tryGet("/v1/requests/" + requestId)
        .filter(answer -> answer.status() == 200)
        .map(Service.Answer::json)
        .orElseGet(LetheCommand.MAPPER::createObjectNode);
  }

  /** The request's stage; empty while the ledger does not know it. */
  String stage(String requestId) {
    return snapshot(requestId).path("stage").asText();
  }

  /** The ledger's snapshot once the request is in that stage. */
  JsonNode awaitStage(String requestId, String stage) {
    return await(requestId + " in stage " + stage + "; see the logs in " + stack.folder())
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> snapshot(requestId), one -> stage.equals(one.path("stage").asText()));
  }

  /** The catalog as somebody of that name sees it who may move versions. */
  Service approver(String name) {
    return stack.service(FaultStack.CATALOG).as(stack.token(name, "release-approver"));
  }

  /**
   * Asks the catalog for a move.
   *
   * @param rule the rule that the move sets aside; null where it sets none
   */
  static Service.Answer move(Service person, String path, String rule) {
    String body =
        LetheCommand.MAPPER.createObjectNode().put("why", "a test").put("rule", rule).toString();
    return person.post(path, body);
  }
}
