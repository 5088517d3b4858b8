package io.lethe.simulation.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.simulation.model.ModelChecker.Outcome;
import io.lethe.simulation.model.ReleaseModel.Variant;
import org.junit.jupiter.api.Test;

class ReleaseModelTest {
  @Test
  void shouldHoldInEveryStateThatCanBeReached() {
    Outcome outcome = check(Variant.SOUND);
    assertThat(outcome.broken()).as("after %s", outcome.path()).isEmpty();
    assertThat(outcome.states()).isEqualTo(24_772);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F5,
      level = FaultLevel.SIMULATION,
      does = "Takes the fence out of the model of claim, fence, release and watermark.",
      load = "every state",
      oracle =
          "The checker finds the shortest way to two candidates; with the fence there is none.",
      limit = "exact")
  void shouldFindThatAnOvertakenWorkerPublishesTwiceWithoutTheFence() {
    Outcome outcome = check(Variant.WITHOUT_FENCE);
    assertThat(outcome.broken()).contains("one outcome for a delivered set");
    assertThat(outcome.path())
        .containsExactly(
            "close set 0",
            "worker 0 claims set 0",
            "rebalance",
            "worker 1 claims set 0",
            "worker 0 publishes set 0",
            "worker 1 publishes set 0");
  }

  @Test
  void shouldFindThatTheWatermarkFallsWithoutItsCheck() {
    Outcome outcome = check(Variant.WITHOUT_WATERMARK_CHECK);
    assertThat(outcome.broken()).contains("the released watermark never falls");
    assertThat(outcome.path())
        .containsExactly(
            "close set 0",
            "close set 1",
            "worker 0 claims set 0",
            "worker 0 publishes set 0",
            "worker 0 claims set 1",
            "worker 0 publishes set 1",
            "catalog releases set 0",
            "catalog releases set 1");
  }

  @Test
  void shouldFindThatAServerRemembersACompletedRequestWhenNotAllHaveAcknowledged() {
    Outcome outcome = check(Variant.COMPLETE_BEFORE_ALL_ACKNOWLEDGED);
    assertThat(outcome.broken()).contains("no server serves a version without a completed request");
    assertThat(outcome.path())
        .containsExactly(
            "close set 0",
            "worker 0 claims set 0",
            "worker 0 publishes set 0",
            "catalog releases set 0",
            "server 0 serves version 1",
            "ledger completes request 0");
  }

  private static Outcome check(Variant variant) {
    ReleaseModel model = new ReleaseModel(variant);
    return new ModelChecker<>(model::steps, ReleaseModel::brokenInvariant)
        .check(ReleaseModel.initial(), ReleaseModel::isDone);
  }
}
