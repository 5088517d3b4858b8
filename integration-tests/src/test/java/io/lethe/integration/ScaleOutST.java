package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several instances share the partitions, and a lost one's work goes on elsewhere. */
class ScaleOutST {
  private static final int REQUESTS = 2_000;
  private static final long SEED = 4;
  private static final int INTERACTIONS = 5;

  /** Samples of so many interactions: each target needs three before it. */
  private static final int SAMPLES = 2;

  private static final int DUPLICATE_EVERY = 10;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final List<String> ACCUMULATORS =
      List.of("forget-set-accumulator", "forget-set-accumulator-2");

  private final ErasureLoad load = new ErasureLoad(SEED, REQUESTS);
  private FaultStack stack;

  @BeforeEach
  void start() {
    stack =
        FaultStack.plan("scale-out", FaultStack.INTAKE, FaultStack.ACCUMULATOR)
            .instances(FaultStack.INTAKE, 2)
            .instances(FaultStack.ACCUMULATOR, 2)
            .start();
  }

  @AfterEach
  void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F3,
      level = FaultLevel.PROCESS,
      does =
          "Kills each of two accumulators (kill -9) in turn; the other one takes its partitions over.",
      load =
          "2,000 requests of subjects with interactions, 10 % of them twice, through two intakes",
      oracle =
          "Each request in one closed set once, each subject's samples there once, no gap in the sequence of sets.",
      limit = "within 5 minutes")
  void shouldCloseEveryRequestOnceWhileEachAccumulatorInTurnIsKilled() {
    try (Effects effects = new Effects(stack.kafka().directAddress(), stack.registryUrl());
        Producer<String, SpecificRecord> producer = stack.producer("scale-out")) {
      IntStream.range(0, REQUESTS).forEach(index -> load.history(producer, index, INTERACTIONS, 1));
      producer.flush();
      stack.awaitAccumulated();
      int part = REQUESTS / (ACCUMULATORS.size() + 1);
      int sent = 0;
      for (String accumulator : ACCUMULATORS) {
        int closedBefore = effects.closedCount();
        send(producer, sent, sent + part);
        sent += part;
        await("a forget set of what was sent, and more to come")
            .atMost(TIMEOUT)
            .until(() -> effects.closedCount() > closedBefore);
        stack.state().kill(accumulator);
      }
      send(producer, sent, REQUESTS);

      await("every request in a closed forget set")
          .atMost(TIMEOUT)
          .until(() -> effects.closedCount() >= REQUESTS);

      // Two intakes may each publish one that came twice, if its partition changed hands in
      // between; the effect must be one all the same.
      assertThat(effects.accepted()).containsExactlyInAnyOrderElementsOf(load.requestIds());
      assertThat(effects.closed().keySet()).containsExactlyInAnyOrderElementsOf(load.requestIds());
      assertThat(effects.closed().values()).containsOnly(1);
      List<Effects.ClosedSet> sets = effects.sets();
      assertThat(sets)
          .extracting(Effects.ClosedSet::sequence)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, sets.size()).mapToObj(Long::valueOf).toList());
      assertThat(sets.stream().flatMap(set -> set.samples().keySet().stream()))
          .hasSize(REQUESTS)
          .doesNotHaveDuplicates();
      assertThat(sets.stream().flatMap(set -> set.samples().values().stream()))
          .containsOnly(SAMPLES);
      stack.awaitReady(ACCUMULATORS, TIMEOUT);
    }
  }

  private void send(Producer<String, SpecificRecord> producer, int from, int until) {
    IntStream.range(from, until)
        .forEach(index -> load.submit(producer, index, index % DUPLICATE_EVERY == 0 ? 2 : 1));
    producer.flush();
  }
}
