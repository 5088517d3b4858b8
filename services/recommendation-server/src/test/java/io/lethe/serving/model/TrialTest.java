package io.lethe.serving.model;

import static io.lethe.serving.model.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.CanaryVersion;
import io.lethe.serving.domain.SlotLifecycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A version on trial beside the one served. */
class TrialTest {
  private final ManualClock clock = new ManualClock();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine);
  private final List<Refusal> refused = new ArrayList<>();
  private final List<String> verified = new ArrayList<>();
  private int changes;
  private final AdapterSwapper swapper =
      new AdapterSwapper(
          engine,
          slot,
          new SlotLifecycle(),
          alarm,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)),
          clock,
          new SwapObserver() {
            @Override
            public void switched(AdapterSlot.Serving serving, Duration took) {}

            @Override
            public void refused(Refusal refusal) {
              refused.add(refusal);
            }

            @Override
            public void trialChanged() {
              changes++;
            }
          },
          (version, share) -> verified.add(version.version() + " " + share));

  @BeforeEach
  void serveTheFirstVersion() {
    swapper.announce(version(1, "one", Set.of("r1")));
    alarm.runDue();
  }

  @Test
  void shouldAnswerItsShareBesideTheServedVersionWhichGoesOnToBeAcknowledged() {
    tryOut(2, 50);
    assertThat(slot.serving().orElseThrow().version().version()).isEqualTo(1);
    assertThat(slot.canary().orElseThrow().version().version()).isEqualTo(2);
    assertThat(answering()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(verified).containsExactly("1 null", "2 share of 50");
    try (Lease noSubject = slot.acquire().orElseThrow();
        Lease pinned = slot.acquire(2).orElseThrow()) {
      assertThat(noSubject.version().version()).isEqualTo(1);
      assertThat(pinned.version().version()).isEqualTo(2);
    }
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void shouldChangeTheShareWithoutLoadingAgain() {
    tryOut(2, 50);
    tryOut(2, 100);
    assertThat(answering()).containsExactly(2L);
    assertThat(engine.loads("two")).isEqualTo(1);
    tryOut(2, 0);
    assertThat(slot.canary()).isEmpty();
    assertThat(engine.adapter("two").references()).isZero();
  }

  @Test
  void shouldEndTheTrialAndLetItsLastRequestFinish() {
    tryOut(2, 100);
    Lease running = slot.acquire("somebody").orElseThrow();
    swapper.withdraw(2, Set.of());
    assertThat(answering()).containsExactly(1L);
    assertThat(engine.adapter("two").references()).isEqualTo(1);
    running.close();
    assertThat(engine.adapter("two").references()).isZero();
    tryOut(2, 100);
    assertThat(slot.canary()).as("an ended trial does not come back").isEmpty();
  }

  @Test
  void shouldPromoteWithoutLoadingAgain() {
    tryOut(2, 100);
    swapper.announce(version(2, "two", Set.of("r1", "r2")));
    alarm.runDue();
    assertThat(slot.serving().orElseThrow().version().version()).isEqualTo(2);
    assertThat(slot.canary()).isEmpty();
    assertThat(engine.loads("two")).isEqualTo(1);
    assertThat(engine.adapter("two").references()).isEqualTo(1);
  }

  @Test
  void shouldDemandOfNobodyWhatOnlyATrialHasForgotten() {
    tryOut(2, 100);
    swapper.withdraw(2, Set.of());
    swapper.announce(version(3, "three", Set.of("r1", "r3")));
    alarm.runDue();
    assertThat(slot.serving().orElseThrow().version().version()).isEqualTo(3);
  }

  @Test
  void shouldEndATrialThatRemembersWhatIsDemandedMeanwhile() {
    tryOut(2, 100);
    swapper.announce(version(3, "three", Set.of("r1", "r2", "r3")));
    assertThat(slot.canary()).isEmpty();
  }

  @Test
  void shouldServeNothingOnTrialWhileNothingElseIsServedAndTryItAgain() {
    engine.failLoading("two", "torn");
    tryOut(2, 100);
    assertThat(answering()).containsExactly(1L);
    assertThat(refused).extracting(Refusal::version).containsExactly(2L);
    assertThat(swapper.refusal()).as("of the version to be served").isEmpty();
    engine.repair("two");
    alarm.advance(Duration.ofSeconds(1));
    alarm.runDue();
    assertThat(answering()).containsExactly(2L);
  }

  private void tryOut(long number, int percent) {
    swapper.tryOut(
        new CanaryVersion(
            version(number, "two", Set.of("r1", "r2"), Set.of()), "share of " + percent, percent));
    alarm.runDue();
  }

  /** The versions that answer a hundred subjects. */
  private Set<Long> answering() {
    Set<Long> versions = new TreeSet<>();
    for (int subject = 0; subject < 100; subject++) {
      Optional<Lease> lease = slot.acquire("subject-" + subject);
      versions.add(lease.orElseThrow().version().version());
      lease.get().close();
    }
    return versions;
  }
}
