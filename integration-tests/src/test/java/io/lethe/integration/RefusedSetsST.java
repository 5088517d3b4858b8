package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Forget sets that the gates refuse: nothing passes them by, and a redrive brings them back. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedSetsST {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String FORGET_SETS = "forget-set.closed";

  private FaultStack stack;
  private Erasures erasures;

  @BeforeAll
  void start() {
    stack =
        FaultStack.plan(
                "refused-sets",
                FaultStack.INTAKE,
                FaultStack.ACCUMULATOR,
                FaultStack.WORKER,
                FaultStack.CATALOG,
                FaultStack.LEDGER,
                FaultStack.SERVER)
            .data(24, 432, 120)
            .set(FaultStack.ACCUMULATOR, "lethe.close.age", "1S")
            .set(FaultStack.WORKER, "lethe.methods", "e2urec")
            .set(FaultStack.WORKER, "lethe.unlearning.steps-max", 60)
            .set(FaultStack.WORKER, "lethe.unlearning.learning-rate", "2e-5")
            .set(FaultStack.WORKER, "lethe.unlearning.evaluate-every", 30)
            .set(FaultStack.WORKER, "lethe.unlearning.residual-max", 100)
            // No candidate is better by a whole AUC, so this gate refuses every one.
            .set(FaultStack.WORKER, "lethe.unlearning.utility-drop-max", -1)
            .set(FaultStack.WORKER, "lethe.exact-enabled", false)
            .start();
    erasures = new Erasures(stack);
  }

  @AfterAll
  void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F19,
      level = FaultLevel.PROCESS,
      does =
          "Has the utility floor refuse every candidate; erases a person, erases the same person"
              + " again, and erases somebody of whom nothing is known; sends the first set back by its"
              + " id; then has two persons set the floor aside and redrives all letters.",
      load = "3 requests",
      oracle =
          "The person's sets are both dead letters, the first for the gate, the second because it"
              + " must not be released before the first; neither request counts as forgotten, the"
              + " third is complete. After the redrive both are, the first by no later version than"
              + " the second, and no letter is open.",
      limit = "each step within 4 minutes")
  void shouldLetNothingPassARefusedSetAndForgetAllOnceItIsRedriven() {
    String first = erasures.erase("account-0001");
    String firstSet =
        erasures.awaitStage(first, "CANDIDATE_REFUSED").required("forgetSetId").asText();
    assertThat(awaitOpenLetters(1).get(0).required("reason").asText())
        .startsWith("the gate utility-floor refused the candidate of e2urec");

    String again = erasures.erase("account-0001");
    assertThat(awaitOpenLetters(2).get(1).required("reason").asText())
        .contains(
            "of whom an earlier forget set has samples that are not forgotten (that of " + first);
    String stranger = erasures.erase("nobody-of-that-name");
    erasures.awaitStage(stranger, "COMPLETED");
    assertThat(erasures.stage(first)).isEqualTo("CANDIDATE_REFUSED");
    assertThat(erasures.stage(again)).isEqualTo("FORGET_SET_CLOSED");

    // By its id, as what is no dead letter goes back: the same settings refuse it again.
    redriveSet(firstSet, "REDRIVE");
    awaitOpenLetters(3);

    Service anna = erasures.approver("anna");
    Service ben = erasures.approver("ben");
    assertThat(Erasures.move(anna, "/v1/override", "utility-floor").status()).isEqualTo(200);
    assertThat(Erasures.move(ben, "/v1/override/approve", "utility-floor").status()).isEqualTo(200);
    JsonNode report =
        redrive("--topic", FORGET_SETS, "--execute", "--why", "two persons set the floor aside");
    assertThat(report.required("redriven").asInt()).isEqualTo(3);

    long firstVersion = erasures.awaitStage(first, "COMPLETED").required("version").asLong();
    long secondVersion = erasures.awaitStage(again, "COMPLETED").required("version").asLong();
    assertThat(firstVersion).isLessThanOrEqualTo(secondVersion);
    assertThat(letters("OPEN")).isEmpty();
    assertThat(letters("REDRIVEN")).hasSize(3);
    redriveSet(firstSet, "SKIP");
  }

  private void redriveSet(String forgetSetId, String action) {
    JsonNode report = redrive("--forget-set", forgetSetId, "--execute", "--why", "a test");
    assertThat(report.required("letters").get(0).required("action").asText()).isEqualTo(action);
  }

  private JsonNode redrive(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("redrive", "--data-dir", stack.folder().toString(), "--output", "json"));
    arguments.addAll(List.of(options));
    LetheCommand.Result result =
        LetheCommand.run(stack.folder().resolve("redrive.log"), arguments.toArray(String[]::new));
    assertThat(result.exitCode()).as("see redrive.log in " + stack.folder()).isZero();
    return result.json();
  }

  private List<JsonNode> awaitOpenLetters(int count) {
    return await(count + " open letters; see the logs in " + stack.folder())
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> letters("OPEN"), open -> open.size() == count);
  }

  private List<JsonNode> letters(String state) {
    JsonNode page =
        stack
            .service(FaultStack.LEDGER)
            .get("/v1/dead-letters?topic=" + FORGET_SETS + "&state=" + state)
            .json();
    return StreamSupport.stream(page.required("letters").spliterator(), false).toList();
  }
}
