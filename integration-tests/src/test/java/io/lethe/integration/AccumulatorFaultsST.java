package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What a killed accumulator closes is what an undisturbed one would have closed. */
@Tag("faults")
class AccumulatorFaultsST {
  private static final int REQUESTS = Boolean.getBoolean("lethe.faults.full") ? 40_000 : 2_000;
  private static final int SET_REQUESTS = REQUESTS / 40;
  private static final long SEED = 3;
  private static final int[] KILLED_AT_PERCENT = {20, 40, 60};
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration RESTORE_LIMIT = Duration.ofSeconds(60);

  private final ErasureLoad load = new ErasureLoad(SEED, REQUESTS);

  /**
   * Those of one partition: sets follow from the order in which requests arrive, and that is the
   * same in both runs within a partition alone.
   */
  private final List<Integer> indexes =
      IntStream.range(0, REQUESTS)
          .filter(
              index ->
                  SubjectPartitioner.partitionOf(load.subjectRef(index), Topics.SUBJECT_PARTITIONS)
                      == 0)
          .boxed()
          .toList();

  private final int closable = indexes.size() / SET_REQUESTS * SET_REQUESTS;

  @Test
  @FaultCase(
      fault = CatalogueFault.F3,
      level = FaultLevel.PROCESS,
      does = "Kills the accumulator (kill -9) when 20, 40 and 60 % of the requests are in sets.",
      load =
          "about 10,000 requests of one partition, 5 % of them twice; in each build about 500."
              + " Every tenth subject has interactions.",
      oracle =
          "The names of all sets, digests over their sequence, requests and samples in order, are"
              + " those of an undisturbed run of the same requests.",
      limit = "ready again within 60 s of each kill")
  void shouldCloseTheSameSetsAsAnUndisturbedRun(TestReporter reporter) {
    List<String> undisturbed = run(new int[0], reporter);
    List<String> disturbed = run(KILLED_AT_PERCENT, reporter);

    assertThat(undisturbed).hasSize(closable / SET_REQUESTS);
    assertThat(disturbed).isEqualTo(undisturbed);
  }

  private List<String> run(int[] killedAtPercent, TestReporter reporter) {
    try (FaultStack stack =
            FaultStack.plan("accumulator-faults", FaultStack.INTAKE, FaultStack.ACCUMULATOR)
                .set(FaultStack.ACCUMULATOR, "lethe.close.requests-max", SET_REQUESTS)
                // The clock must close none, or the sets depend on it.
                .set(FaultStack.ACCUMULATOR, "lethe.close.age", "1H")
                .start();
        Effects effects = new Effects(stack.kafka().directAddress(), stack.registryUrl());
        Producer<String, SpecificRecord> producer = stack.producer("accumulator-faults")) {
      indexes.stream()
          .filter(index -> index % 10 == 0)
          .forEach(index -> load.history(producer, index, 5, 1));
      producer.flush();
      stack.awaitAccumulated();
      indexes.forEach(index -> load.submit(producer, index, index % 20 == 0 ? 2 : 1));
      producer.flush();
      for (int percent : killedAtPercent) {
        await(percent + " % of the requests in sets")
            .atMost(TIMEOUT)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> effects.closedCount() >= closable * percent / 100);
        long began = System.nanoTime();
        long pid = stack.state().kill(FaultStack.ACCUMULATOR);
        stack.awaitReadyAgain(FaultStack.ACCUMULATOR, pid, RESTORE_LIMIT);
        reporter.publishEntry(
            "ready again after the kill at " + percent + " %, s",
            String.format(Locale.ROOT, "%.1f", (System.nanoTime() - began) / 1e9));
      }
      await("all requests that fill a set in sets")
          .atMost(TIMEOUT)
          .until(() -> effects.closedCount() >= closable);
      assertThat(effects.closed().values()).containsOnly(1);
      return effects.sets().stream().map(Effects.ClosedSet::forgetSetId).toList();
    }
  }
}
