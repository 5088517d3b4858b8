package io.lethe.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.request.DeletionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Sends deletion requests and tells what becomes of them until the last one is complete. */
final class Erasure {
  private static final Duration SUPPRESSION_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration COMPLETION_TIMEOUT = Duration.ofMinutes(5);

  private final Console console;
  private final ServiceClient intake;
  private final ServiceClient worker;
  private final ServiceClient ledger;
  private final Supplier<UUID> requestIds;
  private final Waiting waiting;
  private final Set<String> told = new LinkedHashSet<>();

  Erasure(
      Console console,
      ServiceClient intake,
      ServiceClient worker,
      ServiceClient ledger,
      Supplier<UUID> requestIds,
      Waiting waiting) {
    this.console = console;
    this.intake = intake;
    this.worker = worker;
    this.ledger = ledger;
    this.requestIds = requestIds;
    this.waiting = waiting;
  }

  /**
   * Asks for all data of these accounts to be erased.
   *
   * @return the ledger's last word on each request, in the order of the accounts
   */
  List<JsonNode> run(List<String> accounts) {
    List<String> ids = accounts.stream().map(this::submit).toList();
    for (String id : ids) {
      JsonNode snapshot =
          waiting.until(
              "the suppression of a request",
              SUPPRESSION_TIMEOUT,
              () -> request(id).filter(one -> one.hasNonNull("suppressedAt")));
      tell("suppressed by every server " + millis(snapshot, "suppressedAt") + " ms after its 202");
    }
    try (ProgressDisplay progress = console.progress("Unlearning", "steps", 100)) {
      return ids.stream()
          .map(
              id ->
                  waiting.until(
                      "the completion of a request",
                      COMPLETION_TIMEOUT,
                      () -> {
                        watchWorker(progress);
                        return request(id).map(this::noteStage).filter(Erasure::isComplete);
                      }))
          .toList();
    }
  }

  /** Milliseconds from a request's acceptance to one of its clocks. */
  static long millis(JsonNode snapshot, String clock) {
    Instant accepted = Instant.parse(snapshot.required("acceptedAt").asText());
    return Duration.between(accepted, Instant.parse(snapshot.required(clock).asText())).toMillis();
  }

  private String submit(String account) {
    JsonNode answer =
        intake.post(
            "/v1/deletion-requests", DeletionRequest.all(requestIds.get(), account, "GDPR").json());
    tell(
        "request "
            + answer.required("requestId").asText().substring(0, 8)
            + " accepted, due by law on "
            + answer.required("expectedBy").asText().substring(0, 10));
    return answer.required("requestId").asText();
  }

  private Optional<JsonNode> request(String id) {
    return ledger.find("/v1/requests/" + id);
  }

  private JsonNode noteStage(JsonNode snapshot) {
    String stage = snapshot.required("stage").asText();
    String set = snapshot.path("forgetSetId").asText("");
    String shortSet = set.substring(0, Math.min(12, set.length()));
    switch (stage) {
      case "FORGET_SET_CLOSED" -> tellOnce("forget set " + shortSet + " closed");
      case "RELEASED", "COMPLETED" ->
          tellOnce(
              "version "
                  + snapshot.path("version").asText()
                  + " released for forget set "
                  + shortSet);
      case "CANDIDATE_REFUSED" ->
          throw new CliException(
              "a gate refused the candidate of forget set " + shortSet,
              "see /v1/jobs of the unlearning worker",
              ExitCode.GATE_REFUSED,
              null);
      default -> {
        // Nothing new to tell: the stage was passed while nobody looked, or says nothing yet.
      }
    }
    return snapshot;
  }

  private static boolean isComplete(JsonNode snapshot) {
    return "COMPLETED".equals(snapshot.required("stage").asText());
  }

  private void watchWorker(ProgressDisplay progress) {
    JsonNode jobs = worker.get("/v1/jobs");
    JsonNode current = jobs.path("current");
    if (current.isObject()) {
      tellOnce("the worker unlearns " + current.path("samples").asText() + " samples");
      int total = Math.max(1, current.path("totalSteps").asInt(1));
      progress.note(
          String.format(
              Locale.ROOT,
              "%s %d of %d",
              current.path("methodPhase").asText(current.path("phase").asText()),
              current.path("step").asInt(),
              total));
      progress.stepTo(Math.min(99, 100L * current.path("step").asInt() / total));
    }
    for (JsonNode job : jobs.path("ended")) {
      for (JsonNode gate : job.path("gates")) {
        tellOnce(
            String.format(
                Locale.ROOT,
                "gate %s: %.4f %s",
                gate.path("gate").asText(),
                gate.path("value").asDouble(),
                gate.path("passed").asBoolean() ? "passed" : "REFUSED"));
      }
    }
  }

  private void tellOnce(String words) {
    if (told.add(words)) {
      tell(words);
    }
  }

  private void tell(String words) {
    console.say("  " + words);
  }
}
