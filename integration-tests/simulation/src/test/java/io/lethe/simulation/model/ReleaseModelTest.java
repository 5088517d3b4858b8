package io.lethe.simulation.model;

import static org.assertj.core.api.Assertions.assertThat;

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
