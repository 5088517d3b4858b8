package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The whole path through many kills: every accepted request has every effect once. */
@Tag("faults")
class LosesNothingST {
  private static final int REQUESTS = Integer.getInteger("lethe.faults.requests", 2_000);
  private static final int BROKER_KILLS = Integer.getInteger("lethe.faults.broker-kills", 1);
  private static final int ACCUMULATOR_KILLS =
      Integer.getInteger("lethe.faults.accumulator-kills", 1);
  private static final int WORKER_KILLS = Integer.getInteger("lethe.faults.worker-kills", 2);
  private static final long SEED = Long.getLong("lethe.faults.seed", 20_260_101L);

  /** One in so many requests is sent twice. */
  private static final int DUPLICATE_EVERY = 20;

  /** One in so many goes over HTTP. */
  private static final int HTTP_EVERY = 100;

  private static final int SETS_MAX = 40;
  private static final int SET_REQUESTS_MIN = 100;
  private static final int SUBJECTS = 24;
  private static final int ROWS_PER_SUBJECT = 18;
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);

  /** A worker loads its language model anew and begins the set again. */
  private static final Duration WORKER_RESUME_LIMIT = Duration.ofMinutes(3);

  private static final Duration PHASE_PATIENCE = Duration.ofSeconds(5);

  /** How long nothing at all may happen while there is something to do. */
  private static final Duration STALL_LIMIT = Duration.ofMinutes(5);

  private static final List<String> PHASES =
      List.of("unlearning", "gating", "assembling", "waiting_for_parent", "storing");

  private enum Kill {
    WORKER,
    BROKER,
    ACCUMULATOR
  }

  /** Persons that the recommender was tuned on, and who ask for erasure: one set in two trains. */
  private final int erasedAccounts = REQUESTS >= 20_000 ? 12 : 6;

  private final ErasureLoad load = new ErasureLoad(SEED, REQUESTS);
  private final Map<String, String> measured = new TreeMap<>();
  private FaultStack stack;
  private Effects effects;
  private Producer<String, SpecificRecord> producer;
  private long struckAtNanos;
  private int workerKills;

  @BeforeEach
  void start() {
    stack =
        FaultStack.plan(
                "loses-nothing",
                FaultStack.INTAKE,
                FaultStack.ACCUMULATOR,
                FaultStack.WORKER,
                FaultStack.CATALOG,
                FaultStack.LEDGER,
                FaultStack.SERVER)
            .data(SUBJECTS, SUBJECTS * ROWS_PER_SUBJECT, 120)
            .heap(FaultStack.INTAKE, 512)
            .heap(FaultStack.ACCUMULATOR, 512)
            .heap(FaultStack.WORKER, 1024)
            .heap(FaultStack.CATALOG, 640)
            .heap(FaultStack.LEDGER, 1280)
            .heap(FaultStack.SERVER, 768)
            .set(
                FaultStack.ACCUMULATOR,
                "lethe.close.requests-max",
                Math.max(SET_REQUESTS_MIN, REQUESTS / SETS_MAX))
            .set(FaultStack.ACCUMULATOR, "lethe.close.age", "20S")
            // How well it forgets is measured elsewhere; here a training takes seconds, so that
            // it can be killed in the middle, and every candidate is good.
            .set(FaultStack.WORKER, "lethe.methods", "e2urec")
            .set(FaultStack.WORKER, "lethe.unlearning.steps-max", 60)
            .set(FaultStack.WORKER, "lethe.unlearning.learning-rate", "2e-5")
            .set(FaultStack.WORKER, "lethe.unlearning.evaluate-every", 30)
            .set(FaultStack.WORKER, "lethe.unlearning.residual-max", 100)
            .set(FaultStack.WORKER, "lethe.unlearning.utility-drop-max", 1)
            .set(FaultStack.WORKER, "lethe.exact-enabled", false)
            .start();
    effects = new Effects(stack.kafka().directAddress(), stack.registryUrl());
    producer = stack.producer("loses-nothing");
  }

  @AfterEach
  void stop() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(10));
    }
    if (effects != null) {
      effects.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F1,
      level = FaultLevel.PROCESS,
      does =
          "Kills the broker (kill -9) in the middle of the flow and starts it again, while requests"
              + " go on being sent through both doors.",
      load =
          "20,000 requests, or 100,000 where asked, 5 % of them twice, 5 kills of the broker, 3 of the"
              + " accumulator, 10 of the worker; in each build 2,000 requests and 1, 1 and 2 kills.",
      oracle =
          "The set accepted = the set in closed forget sets = in accepted candidates = in released"
              + " versions = completed, each request once; no gap in the sequence of sets; every"
              + " person's samples in one set; no dead letter.",
      limit =
          "a broker answers again, and accepted requests are taken in again, within 60 s of what is"
              + " sent next; a set closes within 5 minutes")
  @FaultCase(
      fault = CatalogueFault.F3,
      level = FaultLevel.PROCESS,
      does = "Kills the accumulator (kill -9) in the same run.",
      load = "as F1",
      oracle = "as F1",
      limit =
          "ready again within 60 s, requests are taken in again within 60 s of what is sent next")
  @FaultCase(
      fault = CatalogueFault.F4,
      level = FaultLevel.PROCESS,
      does =
          "Kills the worker (kill -9) in the same run, in turn while it unlearns, gates, assembles,"
              + " waits for the parent's release and stores.",
      load = "as F1",
      oracle = "as F1: one accepted candidate a forget set",
      limit = "a candidate is published within 3 minutes of the kill")
  void shouldGiveEveryAcceptedRequestEachEffectOnceThroughKillsOfEverything(TestReporter reporter) {
    List<Kill> kills = kills();
    int part = REQUESTS / (kills.size() + 1);
    for (int number = 0; number <= kills.size(); number++) {
      int from = number * part;
      int until = number == kills.size() ? REQUESTS : from + part;
      int closedBefore = effects.closedCount();
      int takenInBefore = stack.requestsTakenIn();
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(from, until));
      awaitGrowth("requests taken in", () -> stack.requestsTakenIn(), takenInBefore, RESUME_LIMIT);
      if (number > 0) {
        note("requests taken in again after kill of " + name(kills.get(number - 1)), struckAtNanos);
      }
      awaitGrowth("closed requests", effects::closedCount, closedBefore, STALL_LIMIT);
      if (number > 0) {
        note("sets closed again after kill of " + name(kills.get(number - 1)), struckAtNanos);
      }
      if (number < kills.size()) {
        strike(kills.get(number));
      }
      sending.join();
    }

    awaitAll("accepted", effects::acceptedCount);
    awaitAll("in closed sets", effects::closedCount);
    awaitAll("in accepted candidates", effects::trainedCount);
    awaitAll("in released versions", effects::releasedCount);
    awaitAll("completed", effects::completedCount);
    measured.put("requests", String.valueOf(REQUESTS));
    measured.put("forget sets", String.valueOf(effects.sets().size()));
    reporter.publishEntry(measured);

    assertEverythingOnce();
  }

  private void assertEverythingOnce() {
    assertOnce("accepted", effects.accepted());
    for (Map<String, Integer> counts :
        List.of(effects.closed(), effects.trained(), effects.released())) {
      assertOnce("in sets, candidates and versions", counts.keySet());
      assertThat(counts.values()).containsOnly(1);
    }
    assertOnce("completed", effects.completed());
    List<Effects.ClosedSet> sets = effects.sets();
    assertThat(sets)
        .extracting(Effects.ClosedSet::sequence)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, sets.size()).mapToObj(Long::valueOf).toList());
    String[] setIds = sets.stream().map(Effects.ClosedSet::forgetSetId).toArray(String[]::new);
    assertThat(effects.candidates())
        .extracting(Effects.Outcome::forgetSetId)
        .containsExactly(setIds);
    assertThat(effects.versions()).extracting(Effects.Outcome::forgetSetId).containsExactly(setIds);
    assertThat(effects.refused()).isEmpty();
    assertThat(effects.deadLetters()).isEmpty();
    assertThat(sets.stream().flatMap(set -> set.samples().keySet().stream()))
        .as("persons with samples, by the set that holds theirs")
        .hasSize(erasedAccounts)
        .doesNotHaveDuplicates();
  }

  /** By differences of sets, since element for element this takes hours where there are many. */
  private void assertOnce(String what, Set<String> found) {
    Set<String> missing = new HashSet<>(load.requestIds());
    missing.removeAll(found);
    assertThat(missing).as("requests not " + what).isEmpty();
    Set<String> surplus = new HashSet<>(found);
    surplus.removeAll(Set.copyOf(load.requestIds()));
    assertThat(surplus).as("requests " + what + " that nobody sent").isEmpty();
  }

  /** Kills of all kinds, each kind spread over the whole run. */
  private static List<Kill> kills() {
    List<Map.Entry<Double, Kill>> places = new ArrayList<>();
    Map<Kill, Integer> counts =
        Map.of(
            Kill.WORKER, WORKER_KILLS,
            Kill.BROKER, BROKER_KILLS,
            Kill.ACCUMULATOR, ACCUMULATOR_KILLS);
    counts.forEach(
        (kill, count) ->
            IntStream.range(0, count)
                .forEach(number -> places.add(Map.entry((number + 0.5) / count, kill))));
    places.sort(
        Map.Entry.<Double, Kill>comparingByKey()
            .thenComparing(Map.Entry.<Double, Kill>comparingByValue()));
    return places.stream().map(Map.Entry::getValue).toList();
  }

  private void strike(Kill kill) {
    if (kill == Kill.BROKER) {
      struckAtNanos = System.nanoTime();
      stack.kafka().kill();
      stack.kafka().restart();
      note("broker answered again", struckAtNanos);
    } else if (kill == Kill.ACCUMULATOR) {
      struckAtNanos = System.nanoTime();
      long pid = stack.state().kill(FaultStack.ACCUMULATOR);
      stack.awaitReadyAgain(FaultStack.ACCUMULATOR, pid, RESUME_LIMIT);
      note("accumulator ready again", struckAtNanos);
    } else {
      strikeWorker();
    }
  }

  private void strikeWorker() {
    String phase = awaitPhase();
    int trainedBefore = effects.trainedCount();
    struckAtNanos = System.nanoTime();
    long pid = stack.state().kill(FaultStack.WORKER);
    workerKills++;
    measured.merge("worker killed while", phase, (before, now) -> before + ", " + now);
    stack.awaitReadyAgain(FaultStack.WORKER, pid, WORKER_RESUME_LIMIT);
    awaitGrowth("trained requests", effects::trainedCount, trainedBefore, WORKER_RESUME_LIMIT);
    note("candidate published after kill of worker", struckAtNanos);
  }

  /** Waits for the phase whose turn it is; where it is too short to be met, for any. */
  private String awaitPhase() {
    String wanted = PHASES.get(workerKills % PHASES.size());
    try {
      await("phase " + wanted)
          .atMost(PHASE_PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> phase().filter(wanted::equals).isPresent());
      return wanted;
    } catch (ConditionTimeoutException tooShort) {
      return await("any phase of work")
          .atMost(STALL_LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .until(this::phase, Optional::isPresent)
          .orElseThrow();
    }
  }

  private Optional<String> phase() {
    return stack
        .service(FaultStack.WORKER)
        .tryGet("/v1/jobs")
        .filter(answer -> answer.status() == 200)
        .map(answer -> answer.json().path("current"))
        .filter(JsonNode::isObject)
        .map(job -> job.required("phase").asText());
  }

  private void send(int from, int until) {
    Service intake = stack.service(FaultStack.INTAKE);
    for (int index = from; index < until; index++) {
      int times = index % DUPLICATE_EVERY == 0 ? 2 : 1;
      Optional<String> account = account(index);
      if (account.isEmpty()) {
        load.submit(producer, index, times);
      } else {
        for (int time = 0; time < times; time++) {
          load.submit(intake, index, account.get());
        }
      }
    }
    producer.flush();
  }

  /** The account of a request over HTTP: one of the data set's, evenly spread, or a stranger's. */
  private Optional<String> account(int index) {
    int every = REQUESTS / erasedAccounts;
    if (index % every == 0 && index / every < erasedAccounts) {
      return Optional.of(String.format(Locale.ROOT, "account-%04d", index / every + 1));
    }
    return index % HTTP_EVERY == 1 ? Optional.of("stranger-" + index) : Optional.empty();
  }

  private void awaitGrowth(String what, IntSupplier count, int before, Duration limit) {
    await(what + " beyond " + before)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> count.getAsInt() > before);
  }

  /** Waits for all requests, as long as ever more come through. */
  private void awaitAll(String what, IntSupplier count) {
    while (count.getAsInt() < REQUESTS) {
      int before = count.getAsInt();
      await("more than " + before + " of " + REQUESTS + " requests " + what)
          .atMost(STALL_LIMIT)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> count.getAsInt() > before);
    }
  }

  /** Keeps the longest of a kind, in seconds. */
  private void note(String what, long beganNanos) {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    measured.merge(
        what + ", at most, s",
        String.format(Locale.ROOT, "%.1f", seconds),
        (before, now) -> Double.parseDouble(before) > Double.parseDouble(now) ? before : now);
  }

  private static String name(Kill kill) {
    return kill.name().toLowerCase(Locale.ROOT);
  }
}
