package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/** Faults of release and serving: the whole path of real processes, with two servers. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServingFaultsST {
  private static final Duration CATALOG_TIMEOUT =
      Duration.ofSeconds(Boolean.getBoolean("lethe.faults.full") ? 60 : 15);

  /** The ledger waits for a server longer than that server answers. */
  private static final Duration SERVER_TIMEOUT = CATALOG_TIMEOUT.plusSeconds(5);

  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final String NEAR = FaultStack.SERVER + "-1";
  private static final String CUT_OFF = FaultStack.SERVER + "-2";

  private FaultStack stack;
  private Erasures erasures;
  private int accounts;

  @BeforeAll
  void start() {
    stack =
        FaultStack.plan(
                "serving-faults",
                FaultStack.INTAKE,
                FaultStack.ACCUMULATOR,
                FaultStack.WORKER,
                FaultStack.CATALOG,
                FaultStack.LEDGER,
                FaultStack.SERVER)
            .data(24, 432, 120)
            .servers(2)
            .apart(CUT_OFF)
            .set(FaultStack.ACCUMULATOR, "lethe.close.age", "1S")
            // How well it forgets is measured elsewhere; here every candidate is good.
            .set(FaultStack.WORKER, "lethe.methods", "e2urec")
            .set(FaultStack.WORKER, "lethe.unlearning.steps-max", 60)
            .set(FaultStack.WORKER, "lethe.unlearning.learning-rate", "2e-5")
            .set(FaultStack.WORKER, "lethe.unlearning.evaluate-every", 30)
            .set(FaultStack.WORKER, "lethe.unlearning.residual-max", 100)
            .set(FaultStack.WORKER, "lethe.unlearning.utility-drop-max", 1)
            .set(FaultStack.WORKER, "lethe.exact-after", "PT3S")
            .set(FaultStack.SERVER, "lethe.catalog-timeout", CATALOG_TIMEOUT)
            .set(FaultStack.LEDGER, "lethe.server-timeout", SERVER_TIMEOUT)
            // The launcher has it wait for as many as it starts.
            .set(FaultStack.LEDGER, "lethe.expected-servers-min", 1)
            .start();
    erasures = new Erasures(stack);
  }

  @AfterEach
  void heal() {
    stack.kafka().networkOfOne().heal();
  }

  @AfterAll
  void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F14,
      level = FaultLevel.PROCESS,
      does =
          "Lets no byte through between one of two servers and the broker, in both directions, while"
              + " its users still reach it; erases a person; then lets it hear again.",
      load = "1 request; the server that is cut off is asked ten times a second.",
      oracle =
          "It answers from the version that it had and from no other; it refuses before the request"
              + " is complete, and until it serves a version that has forgotten the person. The"
              + " receipt names the other server alone.",
      limit =
          "refuses within lethe.catalog-timeout (60 s; in each build 15 s) and 5 s of the cut,"
              + " answers again within 60 s of its end")
  void shouldStopAnsweringWhenCutOffAndGoOnWithWhatWasReleasedMeanwhile(TestReporter reporter) {
    String account = takeAccount();
    Service far = stack.service(CUT_OFF);
    Service.Answer known =
        await("an answer from the person's history; see " + stack.logOf(CUT_OFF))
            .atMost(TIMEOUT)
            .until(() -> ask(far, account), one -> isAnswer(one) && isPersonalized(one));

    stack.kafka().networkOfOne().partition();
    long cut = System.nanoTime();
    String requestId = erasures.erase(account);
    await("a refusal; see " + stack.logOf(CUT_OFF))
        .atMost(CATALOG_TIMEOUT.plusSeconds(5))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> refusesOrKeepsItsVersion(far, account, requestId, version(known)));
    report(reporter, "stopped answering after, s", cut);

    JsonNode done = erasures.awaitStage(requestId, "COMPLETED");
    assertThat(done.required("acknowledgedBy"))
        .extracting(JsonNode::asText)
        .containsExactly("server-1");
    assertThat(version(ask(stack.service(NEAR), account)))
        .isGreaterThanOrEqualTo(done.required("version").asLong());
    assertThat(ask(far, account).status()).isEqualTo(503);

    stack.kafka().networkOfOne().heal();
    long healed = System.nanoTime();
    Service.Answer first =
        await("an answer; see " + stack.logOf(CUT_OFF))
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(100))
            .until(() -> ask(far, account), ServingFaultsST::isAnswer);
    report(reporter, "answered again after, s", healed);
    assertThat(version(first)).isGreaterThanOrEqualTo(done.required("version").asLong());
    assertThat(isPersonalized(first)).isFalse();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.PROCESS,
      does =
          "Asks for a rollback to the recommender that remembers an erased person, alone, and under"
              + " an override that two persons gave for a pin; and for one to a version that has"
              + " forgotten as much.",
      load = "1 request, made exact; ten moves by three persons",
      oracle =
          "The first is refused whatever was set aside; an override takes two persons, is refused"
              + " for the watermark, and is told with both; the second is done under it alone, and"
              + " both servers follow.",
      limit = "exact")
  void shouldRollBackToNothingThatRemembersWhateverTwoPersonsSetAside() {
    String requestId = erasures.erase(takeAccount());
    JsonNode exact =
        await("an exact version; see the logs in " + stack.folder())
            .atMost(TIMEOUT)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> erasures.snapshot(requestId), snapshot -> snapshot.hasNonNull("exactAt"));
    long approximate = exact.required("version").asLong();
    long current = exact.required("exactVersion").asLong();
    Service anna = erasures.approver("anna");
    Service ben = erasures.approver("ben");
    Service carl = erasures.approver("carl");

    refused(anna, "/v1/versions/0/rollback", "below_minimum_watermark");
    done(ben, "/v1/versions/" + current + "/pin");
    refused(anna, "/v1/versions/" + approximate + "/rollback", "pinned_by_another");
    assertThat(Erasures.move(anna, "/v1/override", "watermark").status()).isEqualTo(422);
    assertThat(Erasures.move(anna, "/v1/override", "pin").status()).isEqualTo(200);
    Service.Answer alone = Erasures.move(anna, "/v1/override/approve", "pin");
    assertThat(alone.status()).isEqualTo(409);
    assertThat(alone.body()).contains("same_person");
    refused(anna, "/v1/versions/" + approximate + "/rollback", "pinned_by_another");
    assertThat(Erasures.move(carl, "/v1/override/approve", "pin").status()).isEqualTo(200);
    refused(anna, "/v1/versions/0/rollback", "below_minimum_watermark");
    done(anna, "/v1/versions/" + approximate + "/rollback");

    JsonNode versions = anna.get("/v1/versions").json();
    long rolledBack = versions.required("currentVersion").asLong();
    assertThat(rolledBack).isGreaterThan(current);
    assertThat(versions.at("/override/proposedBy").asText())
        .isNotEmpty()
        .isNotEqualTo(versions.at("/override/approvedBy").asText());
    for (String server : List.of(NEAR, CUT_OFF)) {
      Service.Answer answer =
          await("the version rolled back to, on " + server)
              .atMost(TIMEOUT)
              .until(
                  () -> ask(stack.service(server), "account-0024"),
                  one -> isAnswer(one) && version(one) == rolledBack);
      assertThat(answer.header("X-Adapter-Id")).isEqualTo(exact.required("adapterId").asText());
    }
  }

  /** True once the server refuses; until then it must answer from the version that it had. */
  private boolean refusesOrKeepsItsVersion(
      Service server, String account, String requestId, long version) {
    boolean complete = "COMPLETED".equals(erasures.stage(requestId));
    Service.Answer answer = ask(server, account);
    if (!isAnswer(answer)) {
      return true;
    }
    assertThat(complete).as("complete while a server still answers").isFalse();
    assertThat(version(answer)).isEqualTo(version);
    return false;
  }

  private void refused(Service person, String path, String reason) {
    Service.Answer answer = Erasures.move(person, path, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(409);
    assertThat(answer.body()).contains(reason);
  }

  private void done(Service person, String path) {
    Service.Answer answer = Erasures.move(person, path, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().required("changed").asBoolean()).isTrue();
  }

  private String takeAccount() {
    return String.format(Locale.ROOT, "account-%04d", ++accounts);
  }

  private static Service.Answer ask(Service server, String account) {
    Service.Answer answer =
        server.post("/v1/recommendations", "{\"subject\": \"" + account + "\", \"topN\": 3}");
    assertThat(answer.status()).as(answer.body()).isIn(200, 503);
    return answer;
  }

  private static boolean isAnswer(Service.Answer answer) {
    return answer.status() == 200;
  }

  private static boolean isPersonalized(Service.Answer answer) {
    return answer.json().required("personalized").asBoolean();
  }

  private static long version(Service.Answer answer) {
    return Long.parseLong(answer.header("X-Adapter-Version"));
  }

  private static void report(TestReporter reporter, String what, long beganNanos) {
    reporter.publishEntry(
        what, String.format(Locale.ROOT, "%.1f", (System.nanoTime() - beganNanos) / 1e9));
  }
}
