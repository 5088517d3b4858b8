package io.lethe.worker.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import io.lethe.worker.Sets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetainReservoirTest {
  private static final Duration NO_WAIT = Duration.ZERO;

  private final RetainReservoir reservoir = new RetainReservoir(3);

  @Test
  void shouldGiveSamplesInOrderOfSlotWhateverTheOrderTheyCameIn() throws Exception {
    apply("train-0-1", false, "b");
    apply("held-0-0", true, "c");
    apply("train-0-0", false, "a");
    RetainReservoir.Contents contents = reservoir.await(Set.of(), 1, NO_WAIT);
    assertThat(contents.train()).extracting(Sample::getSampleId).containsExactly("a", "b");
    assertThat(contents.heldOut()).extracting(Sample::getSampleId).containsExactly("c");
  }

  @Test
  void shouldReplaceEmptyAndBoundSlots() throws Exception {
    apply("train-0-0", false, "a");
    apply("train-0-1", false, "b");
    apply("train-0-2", false, "c");
    apply("train-0-3", false, "beyond the limit");
    apply("train-0-0", false, "a2");
    reservoir.apply("train-0-1", null);
    assertThat(reservoir.await(Set.of(), 1, NO_WAIT).train())
        .extracting(Sample::getSampleId)
        .containsExactly("a2", "c");
  }

  @Test
  void shouldLeaveOutWhatIsToBeForgotten() throws Exception {
    apply("train-0-0", false, "a");
    apply("held-0-0", true, "b");
    RetainReservoir.Contents contents = reservoir.await(Set.of("a", "b"), 1, NO_WAIT);
    assertThat(contents.train()).isEmpty();
    assertThat(contents.heldOut()).isEmpty();
  }

  @Test
  void shouldWaitUntilTheTopicIsReadAndBothSlicesAreFilled() throws Exception {
    CompletableFuture<RetainReservoir.Contents> contents =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return reservoir.await(Set.of(), 1, Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    apply("train-0-0", false, "a");
    apply("held-0-0", true, "b");
    apply("held-0-1", true, "c");
    reservoir.caughtUp();
    assertThat(contents.get(10, TimeUnit.SECONDS).heldOut()).hasSize(2);
  }

  private void apply(String slot, boolean heldOut, String sampleId) {
    reservoir.apply(slot, new RetainSampled(slot, heldOut, Sets.sample(sampleId)));
  }
}
