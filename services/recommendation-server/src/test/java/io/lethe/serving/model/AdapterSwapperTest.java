package io.lethe.serving.model;

import static io.lethe.serving.model.Versions.bare;
import static io.lethe.serving.model.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.SlotLifecycle.Transition;
import io.lethe.serving.domain.SlotState;
import io.lethe.serving.domain.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdapterSwapperTest {
  private static final Set<Transition> VISITED = new HashSet<>();

  private final ManualClock clock = new ManualClock();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine);
  private final SlotLifecycle lifecycle = new SlotLifecycle();
  private final List<Long> switched = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final AdapterSwapper swapper =
      new AdapterSwapper(
          engine,
          slot,
          lifecycle,
          alarm,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)),
          clock,
          new SwapObserver() {
            @Override
            public void switched(AdapterSlot.Serving serving, Duration took) {
              switched.add(serving.version().version());
            }

            @Override
            public void refused(Refusal refusal) {
              refused.add(refusal);
            }
          });

  @AfterEach
  void rememberTransitions() {
    VISITED.addAll(lifecycle.visited());
  }

  @AfterAll
  static void everyTransitionWasDriven() {
    assertThat(VISITED).containsExactlyInAnyOrderElementsOf(SlotLifecycle.TRANSITIONS);
  }

  @Test
  void shouldServeTheBareRecommenderFirst() {
    announce(bare());
    assertThat(servedVersion()).isZero();
    assertThat(lifecycle.state()).isEqualTo(SlotState.SERVING);
    assertThat(switched).containsExactly(0L);
  }

  @Test
  void shouldCloseTheOldAdapterOnlyWhenItsLastRequestEnds() {
    announce(version(1, "one", Set.of("r1")));
    Lease request = slot.acquire().orElseThrow();
    announce(version(2, "two", Set.of("r1", "r2")));
    assertThat(servedVersion()).isEqualTo(2);
    assertThat(request.version().version()).isEqualTo(1);
    assertThat(engine.adapter("one").references()).isEqualTo(1);
    assertThat(slot.requestsOnOldVersions()).isEqualTo(1);
    request.close();
    request.close();
    assertThat(engine.adapter("one").references()).isZero();
    assertThat(engine.adapter("two").references()).isEqualTo(1);
    assertThat(slot.requestsOnOldVersions()).isZero();
  }

  @Test
  void shouldStopAnsweringFromAnOlderVersionWhenAWithdrawalTellsWhatItRemembers() {
    announce(version(1, "one", Set.of("r1")));
    swapper.withdraw(7, Set.of("r1"));
    assertThat(lifecycle.answers()).isTrue();
    // All that compaction left of versions 2 to 8.
    swapper.withdraw(8, Set.of("r1", "r2"));
    assertThat(lifecycle.answers()).isFalse();
    announce(version(9, "nine", Set.of("r1", "r2")));
    assertThat(lifecycle.answers()).isTrue();
    assertThat(servedVersion()).isEqualTo(9);
  }

  @Test
  void shouldShareTheAdapterWhenOnlyTheWatermarkGrows() {
    announce(version(1, "one", Set.of("r1")));
    announce(version(2, "one", Set.of("r1", "r2")));
    assertThat(servedVersion()).isEqualTo(2);
    assertThat(engine.loads("one")).isEqualTo(1);
    assertThat(engine.adapter("one").references()).isEqualTo(1);
    announce(version(3, "three", Set.of("r1", "r2")));
    assertThat(engine.adapter("one").references()).isZero();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F14,
      level = FaultLevel.UNIT,
      does = "Announces versions late and again.",
      load = "3 versions",
      oracle = "The newest is served and nothing goes back.")
  void shouldIgnoreLateAndRepeatedAnnouncements() {
    announce(version(2, "two", Set.of("r1")));
    announce(version(2, "two", Set.of("r1")));
    announce(version(1, "one", Set.of("r1")));
    assertThat(switched).containsExactly(2L);
    assertThat(engine.loads("one")).isZero();
    assertThat(alarm.pending()).isZero();
  }

  @Test
  void shouldGoStraightToTheNewestWhenSeveralWait() {
    swapper.announce(bare());
    swapper.announce(version(1, "one", Set.of("r1")));
    swapper.announce(version(2, "two", Set.of("r1")));
    alarm.runDue();
    assertThat(switched).containsExactly(2L);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does = "Announces an adapter that cannot be loaded.",
      load = "1 version",
      oracle = "The one before goes on answering; the bad one is tried again at growing distances.")
  void shouldKeepServingWhileABadAdapterIsRetriedAtGrowingDistances() {
    announce(version(1, "one", Set.of("r1")));
    engine.failLoading("two", "The adapter's folder is not in the store.");
    Instant began = clock.instant();
    announce(version(2, "two", Set.of("r1")));
    assertThat(servedVersion()).isEqualTo(1);
    assertThat(lifecycle.state()).isEqualTo(SlotState.SERVING);
    assertThat(swapper.refusal())
        .hasValue(
            new Refusal(
                2,
                "two",
                "The adapter's folder is not in the store.",
                1,
                began.plus(Duration.ofSeconds(1))));
    alarm.advance(Duration.ofSeconds(12));
    assertThat(refused.stream().map(refusal -> Duration.between(began, refusal.nextAttemptAt())))
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(7),
            Duration.ofSeconds(11),
            Duration.ofSeconds(15));
    engine.repair("two");
    alarm.advance(Duration.ofSeconds(3));
    assertThat(servedVersion()).isEqualTo(2);
    assertThat(swapper.refusal()).isEmpty();
    assertThat(alarm.pending()).isZero();
  }

  @Test
  void shouldNotWaitOutTheBackoffWhenANewerVersionComes() {
    engine.failLoading("one", "Altered.");
    announce(version(1, "one", Set.of()));
    assertThat(lifecycle.state()).isEqualTo(SlotState.EMPTY);
    announce(version(2, "two", Set.of()));
    assertThat(servedVersion()).isEqualTo(2);
    alarm.advance(Duration.ofMinutes(1));
    assertThat(engine.loads("one")).isEqualTo(1);
  }

  @Test
  void shouldRefuseAWatermarkBelowTheMinimum() {
    announce(bare());
    announce(version(1, "one", Set.of("r1"), Set.of("r1", "r2")));
    assertThat(servedVersion()).isZero();
    assertThat(swapper.refusal().orElseThrow().reason()).contains("lacks 1 requests");
    assertThat(engine.loads("one")).isZero();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.UNIT,
      does = "Announces a version that has forgotten less than the one served.",
      load = "1 version",
      oracle = "Refused; the one before goes on answering.",
      limit = "exact")
  void shouldRefuseAWatermarkBelowWhatItServedBefore() {
    announce(version(1, "one", Set.of("r1", "r2")));
    announce(version(2, "two", Set.of("r1"), Set.of()));
    assertThat(servedVersion()).isEqualTo(1);
    assertThat(swapper.refusal().orElseThrow().reason()).contains("lacks 1 requests");
  }

  @Test
  void shouldRefuseAWatermarkWhoseDigestLies() {
    ReleasedVersion honest = version(1, "one", Set.of("r1"));
    announce(
        new ReleasedVersion(
            1,
            "one",
            null,
            honest.uri(),
            honest.recommenderDigest(),
            new Watermark(Set.of("r1", "r2"), honest.watermark().digest()),
            Set.of(),
            honest.releasedAt()));
    assertThat(slot.serving()).isEmpty();
    assertThat(swapper.refusal().orElseThrow().reason()).contains("digest does not match");
  }

  @Test
  void shouldRefuseAnAdapterOfAnotherRecommender() {
    ReleasedVersion ours = version(1, "one", Set.of());
    announce(
        new ReleasedVersion(
            1, "one", null, ours.uri(), "another", ours.watermark(), Set.of(), ours.releasedAt()));
    assertThat(slot.serving()).isEmpty();
    assertThat(swapper.refusal().orElseThrow().reason()).contains("lethe.recommender-folder");
    assertThat(engine.loads("one")).isZero();
  }

  @Test
  void shouldRefuseAnAdapterWhoseScoresAreNoProbabilities() {
    announce(bare());
    engine.scoreAlways(Float.NaN);
    announce(version(1, "one", Set.of()));
    assertThat(servedVersion()).isZero();
    assertThat(engine.adapter("one").references()).isZero();
    engine.scoreAlways(null);
    alarm.advance(Duration.ofSeconds(1));
    assertThat(servedVersion()).isEqualTo(1);
  }

  @Test
  void shouldStopAnsweringWhenTheServedVersionIsWithdrawn() {
    announce(version(1, "one", Set.of("r1")));
    swapper.withdraw(1, Set.of("r1"));
    assertThat(lifecycle.state()).isEqualTo(SlotState.WITHDRAWN);
    assertThat(lifecycle.answers()).isFalse();
    engine.failLoading("two", "Altered.");
    announce(version(2, "two", Set.of("r1")));
    assertThat(lifecycle.state()).isEqualTo(SlotState.WITHDRAWN);
    engine.repair("two");
    alarm.advance(Duration.ofSeconds(1));
    assertThat(lifecycle.answers()).isTrue();
    assertThat(servedVersion()).isEqualTo(2);
  }

  @Test
  void shouldServeAnEarlierAdapterAgainOnlyAsANewVersionThatCovers() {
    announce(version(1, "one", Set.of("r1")));
    announce(version(2, "two", Set.of("r1", "r2")));
    swapper.withdraw(2, Set.of("r1", "r2"));
    announce(version(3, "one", Set.of("r1"), Set.of("r1", "r2")));
    assertThat(lifecycle.answers()).isFalse();
    assertThat(swapper.refusal().orElseThrow().reason()).contains("lacks 1 requests");
  }

  @Test
  void shouldNotLoadAVersionThatWasWithdrawnBeforeItsTurn() {
    announce(bare());
    swapper.announce(version(1, "one", Set.of()));
    swapper.withdraw(1, Set.of());
    alarm.runDue();
    assertThat(servedVersion()).isZero();
    announce(version(1, "one", Set.of()));
    assertThat(engine.loads("one")).isZero();
  }

  @Test
  void shouldDiscardAVersionWithdrawnWhileItLoads() {
    announce(bare());
    engine.beforeScore(prompts -> swapper.withdraw(1, Set.of()));
    announce(version(1, "one", Set.of()));
    assertThat(servedVersion()).isZero();
    assertThat(engine.adapter("one").references()).isZero();
    assertThat(swapper.refusal()).isEmpty();
    assertThat(alarm.pending()).isZero();
  }

  @Test
  void shouldReplaceAServedVersionThatIsWithdrawnDuringTheSwap() {
    announce(version(1, "one", Set.of()));
    engine.beforeScore(
        prompts -> {
          swapper.withdraw(1, Set.of());
          assertThat(lifecycle.state()).isEqualTo(SlotState.REPLACING);
        });
    announce(version(2, "two", Set.of()));
    assertThat(servedVersion()).isEqualTo(2);
    assertThat(lifecycle.answers()).isTrue();
  }

  @Test
  void shouldLoadWhatIsAnnouncedDuringALoadNext() {
    engine.beforeScore(
        prompts -> {
          engine.beforeScore(later -> {});
          swapper.announce(version(2, "two", Set.of("r1")));
        });
    announce(version(1, "one", Set.of("r1")));
    assertThat(switched).containsExactly(1L, 2L);
    assertThat(engine.adapter("one").references()).isZero();
  }

  @Test
  void shouldStopFromEveryState() {
    swapper.stop();
    assertThat(lifecycle.state()).isEqualTo(SlotState.STOPPED);
    for (SlotState from :
        List.of(
            SlotState.LOADING,
            SlotState.SERVING,
            SlotState.SWAPPING,
            SlotState.WITHDRAWN,
            SlotState.REPLACING)) {
      AdapterSwapperTest life = new AdapterSwapperTest();
      life.stopFrom(from);
      assertThat(life.lifecycle.state()).isEqualTo(SlotState.STOPPED);
      assertThat(life.slot.acquire()).isEmpty();
      VISITED.addAll(life.lifecycle.visited());
      for (String adapterId : List.of("one", "two")) {
        if (life.engine.loads(adapterId) > 0) {
          assertThat(life.engine.adapter(adapterId).references()).isZero();
        }
      }
    }
  }

  private void stopFrom(SlotState from) {
    Runnable stopHere =
        () -> {
          assertThat(lifecycle.state()).isEqualTo(from);
          swapper.stop();
        };
    if (from == SlotState.LOADING) {
      engine.beforeScore(prompts -> stopHere.run());
    }
    announce(version(1, "one", Set.of()));
    if (from == SlotState.WITHDRAWN || from == SlotState.REPLACING) {
      swapper.withdraw(1, Set.of());
    }
    if (from == SlotState.SERVING || from == SlotState.WITHDRAWN) {
      stopHere.run();
    } else if (from != SlotState.LOADING) {
      engine.beforeScore(prompts -> stopHere.run());
      announce(version(2, "two", Set.of()));
    }
  }

  private void announce(ReleasedVersion version) {
    swapper.announce(version);
    alarm.runDue();
  }

  private long servedVersion() {
    return slot.serving().orElseThrow().version().version();
  }
}
