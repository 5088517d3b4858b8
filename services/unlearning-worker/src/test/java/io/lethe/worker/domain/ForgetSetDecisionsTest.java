package io.lethe.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.worker.Sets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgetSetDecisionsTest {
  private static final Parent PARENT = new Parent(null, null, 0, Sets.DIGEST);

  private final ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("sample-1")).build();
  private final AdapterTrained candidate = Sets.candidate("set-1", "adapter-1", null, true).build();
  private final ForgetSetDecisions decisions = new ForgetSetDecisions(Duration.ofMinutes(5));

  @Test
  void shouldFindSomethingToForgetInASetOfMereParts() {
    ForgetSetClosed parts = ForgetSetClosed.newBuilder(set).setRequestIds(List.of()).build();
    assertThat(ForgetSetDecisions.isEmpty(parts)).isFalse();
    assertThat(
            ForgetSetDecisions.isEmpty(
                ForgetSetClosed.newBuilder(parts).setSamples(List.of()).build()))
        .isTrue();
  }

  @Test
  void shouldCommitAgainWhatWasNotCommittedInsteadOfTrainingAgain() {
    assertThat(decisions.claimed(set, new Claim.Train(PARENT))).isEmpty();
    decisions.aborted(new Outcome.Publish(candidate));
    assertThat(decisions.claimed(set, new Claim.Train(PARENT)))
        .contains(new Outcome.Publish(candidate));
    decisions.committed(new Outcome.Publish(candidate));
    assertThat(decisions.claimed(set, new Claim.Train(PARENT))).isEmpty();
  }

  @Test
  void shouldStartOverWhenAnotherVersionWasReleasedMeanwhile() {
    Parent other = new Parent("adapter-9", "file:/adapters/adapter-9", 1, Sets.DIGEST);
    assertThat(decisions.stored(new Claim.Train(other), PARENT, () -> candidate)).isEmpty();
    assertThat(decisions.stored(new Claim.Train(PARENT), PARENT, () -> candidate))
        .contains(new Outcome.Publish(candidate));
  }

  @Test
  void shouldGiveUpASetThatStillHasToWait() {
    assertThatThrownBy(() -> decisions.claimed(set, new Claim.Wait("nothing is released")))
        .isInstanceOf(UnprocessableForgetSetException.class)
        .hasMessage("waited PT5M (lethe.parent-wait) in vain: nothing is released");
  }

  @Test
  void shouldGiveUpASetThatIsOutOfTurnAtOnce() {
    assertThatThrownBy(() -> decisions.claimed(set, new Claim.OutOfTurn("an earlier one waits")))
        .isInstanceOf(UnprocessableForgetSetException.class)
        .hasMessage("an earlier one waits");
    assertThat(decisions.stored(new Claim.OutOfTurn("late"), PARENT, () -> candidate)).isEmpty();
  }
}
