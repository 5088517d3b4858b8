package io.lethe.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RuleOverride;
import io.lethe.schemas.event.VersionMove;
import io.lethe.schemas.event.VersionPin;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParentTrackerTest {
  private static final Parent BARE = new Parent(null, null, 0, Sets.DIGEST);
  private static final Parent OVERRIDDEN =
      new Parent("adapter-1", "file:/adapters/adapter-1", 1, Sets.DIGEST);
  private static final Duration FORCE = Duration.ofHours(1);

  private final ForgetSetClosed first = Sets.set("set-1", 1).build();
  private final ForgetSetClosed second = Sets.set("set-2", 2).build();
  private final ManualClock clock = new ManualClock();
  private ParentTracker tracker;

  @BeforeEach
  void startFromVersionZero() {
    tracker = new ParentTracker(Sets.DIGEST, 3, clock);
    tracker.apply(Sets.version(0, null, null).build());
    tracker.caughtUp();
  }

  @Test
  void shouldWaitUntilTheTopicsAreRead() {
    ParentTracker reading = new ParentTracker(Sets.DIGEST, 3, clock);
    reading.apply(Sets.version(0, null, null).build());
    assertThat(reading.claim(first)).isInstanceOf(Claim.Wait.class);
    reading.caughtUp();
    assertThat(reading.claim(first)).isEqualTo(new Claim.Train(BARE));
  }

  @Test
  void shouldWaitWhileNoVersionIsReleased() {
    ParentTracker empty = new ParentTracker(Sets.DIGEST, 3, clock);
    empty.caughtUp();
    assertThat(empty.claim(first))
        .isEqualTo(
            new Claim.Wait(
                "adapter.version names no released version; start adapter-catalog for this"
                    + " model"));
  }

  @Test
  void shouldNeedWhatMayBeServedContinuedOrReleased() {
    tracker.apply(Sets.version(1, "below", "set-0", "r0").build());
    for (int number = 2; number <= 6; number++) {
      tracker.apply(Sets.version(number, "covers-" + number % 2, "set-1", "r0", "r1").build());
    }
    tracker.apply(Sets.version(7, "current", "set-1", "r0", "r1").build());
    tracker.apply(Sets.candidate("set-2", "published", "current", true).build());
    tracker.apply(Sets.candidate("set-3", "refused", "current", false).build());

    assertThat(List.of("current", "covers-0", "covers-1", "published"))
        .allMatch(tracker::mayBeNeeded);
    assertThat(List.of("below", "refused", "never-published")).noneMatch(tracker::mayBeNeeded);
  }

  @Test
  void shouldNeedEverythingWhileItCannotBeTold() {
    ParentTracker reading = new ParentTracker(Sets.DIGEST, 3, clock);
    reading.apply(Sets.version(0, null, null).build());
    assertThat(reading.mayBeNeeded("any")).isTrue();
    reading.caughtUp();
    assertThat(reading.mayBeNeeded("any")).isFalse();
    reading.apply(Sets.version(0, null, null).setStatus(VersionStatus.WITHDRAWN).build());
    assertThat(reading.mayBeNeeded("any")).isTrue();
  }

  @Test
  void shouldNotNeedAWithdrawnAdapterOnceAnotherIsServed() {
    tracker.apply(Sets.version(1, "good", "set-0", "r0").build());
    tracker.apply(Sets.version(2, "bad", "set-1", "r0").build());
    withdraw(Sets.version(2, "bad", "set-1", "r0").build(), "r0");
    tracker.apply(Sets.version(3, "good", "set-0", "r0").build());

    assertThat(tracker.mayBeNeeded("good")).isTrue();
    assertThat(tracker.mayBeNeeded("bad")).isFalse();
  }

  @Test
  void shouldWaitWhileTheReleasedVersionIsWithdrawn() {
    tracker.apply(Sets.version(0, null, null).setStatus(VersionStatus.WITHDRAWN).build());
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Wait.class);
  }

  @Test
  void shouldTrainInPlaceOfAWithdrawnVersionOnlyWhatCoversWhatWasServedAsForgotten() {
    tracker.apply(Sets.version(1, "adapter-1", "set-0", "r0").build());
    tracker.apply(Sets.candidate("set-1", "adapter-2", "adapter-1", true).build());
    tracker.apply(Sets.version(2, "adapter-2", "set-1", "r0", "request-of-set-1").build());
    withdraw(Sets.version(2, "adapter-2", "set-1").build(), "r0", "request-of-set-1");

    assertThat(tracker.claim(second))
        .isInstanceOfSatisfying(
            Claim.Wait.class,
            wait -> assertThat(wait.reason()).startsWith("version 2 is withdrawn"));
    assertThat(tracker.claim(first))
        .isEqualTo(
            new Claim.Train(new Parent("adapter-1", "file:/adapters/adapter-1", 1, Sets.DIGEST)));
    ReplayTarget exact = tracker.replayTarget().orElseThrow();
    assertThat(exact.parent().adapterId()).isEqualTo("adapter-2");

    tracker.apply(Sets.version(3, "adapter-3", "set-1", "r0", "request-of-set-1").build());
    assertThat(tracker.claim(second))
        .isEqualTo(
            new Claim.Train(new Parent("adapter-3", "file:/adapters/adapter-3", 3, Sets.DIGEST)));
  }

  @Test
  void shouldWaitForACandidateOnTrialUntilTheTrialEnds() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    tracker.apply(
        Sets.version(1, "adapter-1", "set-1", "request-of-set-1")
            .setStatus(VersionStatus.CANARY)
            .build());
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Wait.class);
    tracker.apply(
        Sets.version(1, "adapter-1", "set-1")
            .setStatus(VersionStatus.WITHDRAWN)
            .setMove(
                new VersionMove(MoveKind.END_CANARY, 1L, "anna", "worse", Sets.NOW.plusSeconds(60)))
            .build());
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(BARE));
    assertThat(tracker.claim(first)).isEqualTo(new Claim.Train(BARE));
    tracker.apply(
        Sets.candidate("set-1", "adapter-1", null, true)
            .setTrainedAt(Sets.NOW.plusSeconds(90))
            .build());
    assertThat(tracker.claim(second)).as("it came again").isInstanceOf(Claim.Wait.class);
  }

  @Test
  void shouldNeitherMakeNorAwaitAnExactCandidateOverAPin() {
    tracker.apply(Sets.version(1, "adapter-1", "set-0", "r0").build());
    tracker.apply(exact("adapter-1", true));
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Wait.class);
    tracker.apply(
        Sets.version(1, "adapter-1", "set-0", "r0")
            .setPin(new VersionPin("anna", "stable", Sets.NOW))
            .build());
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Train.class);
    assertThat(tracker.replayTarget()).isEmpty();
  }

  @Test
  void shouldKnowWhetherTwoPersonsHaveSetTheUtilityFloorAside() {
    tracker.apply(overridden(approvedAt(Sets.NOW).setApprovedBy(null).setApprovedAt(null)));
    assertThat(tracker.isUtilityFloorOverridden()).as("only proposed").isFalse();
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    assertThat(tracker.isUtilityFloorOverridden()).isTrue();
    clock.advance(FORCE);
    assertThat(tracker.isUtilityFloorOverridden()).isFalse();
  }

  @Test
  void shouldHoldTheNextSetUntilTheOverriddenCandidateIsReleasedAndContinueThatOne() {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    assertThat(tracker.claim(second))
        .isEqualTo(
            new Claim.Wait(
                "the candidate of forget set set-1 is not released; see GET /v1/refusals of"
                    + " adapter-catalog"));
    assertThat(tracker.replayTarget()).as("it would be stale").isEmpty();
    tracker.apply(Sets.version(2, "adapter-2", "set-1", "r0", "request-of-set-1").build());
    assertThat(tracker.claim(second))
        .isEqualTo(
            new Claim.Train(new Parent("adapter-2", "file:/adapters/adapter-2", 2, Sets.DIGEST)));
  }

  @Test
  void shouldGoOnWithoutTheOverriddenCandidateOnceTheOverrideIsOver() {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    clock.advance(FORCE.plus(ParentTracker.RELEASE_DELAY_MAX).minusMillis(1));
    assertThat(tracker.claim(second)).as("may be on its way").isInstanceOf(Claim.Wait.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(OVERRIDDEN));
    assertThat(tracker.replayTarget()).isPresent();
  }

  @Test
  void shouldWakeTheWaitingSetWhenTheOverrideEndsByTheClock() throws Exception {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    clock.advance(FORCE.plus(ParentTracker.RELEASE_DELAY_MAX).minusMillis(1));
    CompletableFuture<Claim> claim =
        CompletableFuture.supplyAsync(() -> tracker.await(second, Duration.ofMinutes(10)));
    clock.advance(Duration.ofMillis(1));
    assertThat(claim.get(1, TimeUnit.MINUTES)).isEqualTo(new Claim.Train(OVERRIDDEN));
  }

  @Test
  void shouldGoOnWithoutTheOverriddenCandidateWhenTheOverrideIsRevoked() {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    tracker.apply(Sets.version(1, "adapter-1", "set-0", "r0").build());
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(OVERRIDDEN));
  }

  @Test
  void shouldNotAwaitACandidateThatWasMadeUnderAnEarlierOverride() {
    tracker.apply(belowTheFloor(Sets.NOW));
    tracker.apply(overridden(approvedAt(Sets.NOW.plusMillis(1))));
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(OVERRIDDEN));
  }

  @Test
  void shouldNotAwaitACandidateThatAnotherOverrideDoesNotHelp() {
    tracker.apply(overridden(approvedAt(Sets.NOW).setRule(OverriddenRule.PIN)));
    tracker.apply(belowTheFloor(Sets.NOW));
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(OVERRIDDEN));
  }

  @Test
  void shouldAwaitAnOverriddenCandidateOnTrialBeyondTheOverride() {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    tracker.apply(
        Sets.version(2, "adapter-2", "set-1", "r0", "request-of-set-1")
            .setStatus(VersionStatus.CANARY)
            .build());
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    clock.advance(FORCE.multipliedBy(2));
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Wait.class);
    tracker.apply(
        Sets.version(2, "adapter-2", "set-1")
            .setStatus(VersionStatus.WITHDRAWN)
            .setMove(new VersionMove(MoveKind.END_CANARY, 2L, "anna", "worse", clock.instant()))
            .build());
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(OVERRIDDEN));
  }

  @Test
  void shouldHoldARedrivenSetUntilItIsKnownWhatBecameOfItsOverriddenCandidate() {
    tracker.apply(overridden(approvedAt(Sets.NOW)));
    tracker.apply(belowTheFloor(Sets.NOW));
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Wait.class);
    clock.advance(FORCE.plus(ParentTracker.RELEASE_DELAY_MAX));
    assertThat(tracker.claim(first)).as("refused").isEqualTo(new Claim.Train(OVERRIDDEN));
    tracker.apply(Sets.version(2, "adapter-2", "set-1", "r0", "request-of-set-1").build());
    assertThat(tracker.claim(first))
        .as("released after all")
        .isEqualTo(new Claim.Duplicate("a released version has forgotten this set"));
  }

  private static RuleOverride.Builder approvedAt(Instant time) {
    return RuleOverride.newBuilder()
        .setRule(OverriddenRule.UTILITY_FLOOR)
        .setProposedBy("anna")
        .setWhy("the deadline is near")
        .setProposedAt(Sets.NOW)
        .setApprovedBy("ben")
        .setApprovedAt(time)
        .setExpiresAt(time.plus(FORCE));
  }

  /** {@link #OVERRIDDEN} with the override. */
  private static AdapterVersion overridden(RuleOverride.Builder override) {
    return Sets.version(1, "adapter-1", "set-0", "r0").setRuleOverride(override.build()).build();
  }

  /** Stored although the utility floor refused it. */
  private static AdapterTrained belowTheFloor(Instant trainedAt) {
    return Sets.candidate("set-1", "adapter-2", "adapter-1", false).setTrainedAt(trainedAt).build();
  }

  private void withdraw(AdapterVersion version, String... minimum) {
    tracker.apply(
        AdapterVersion.newBuilder(version)
            .setStatus(VersionStatus.WITHDRAWN)
            .setMinimumWatermark(List.of(minimum))
            .build());
  }

  @Test
  void shouldWaitWhileTheVersionBelongsToAnotherRecommender() {
    tracker.apply(Sets.version(1, "a", "set-0", "r").setRecommenderDigest("other").build());
    assertThat(tracker.claim(first))
        .isInstanceOfSatisfying(
            Claim.Wait.class,
            wait -> assertThat(wait.reason()).contains("belongs to another recommender"));
  }

  @Test
  void shouldHoldTheNextSetUntilTheCandidateBeforeItIsReleased() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    assertThat(tracker.claim(second))
        .isInstanceOfSatisfying(
            Claim.Wait.class, wait -> assertThat(wait.reason()).contains("forget set set-1"));
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(tracker.claim(second))
        .isEqualTo(
            new Claim.Train(new Parent("adapter-1", "file:/adapters/adapter-1", 1, Sets.DIGEST)));
  }

  @Test
  void shouldOfferAnApproximateVersionForReplacement() {
    assertThat(tracker.replayTarget()).as("the bare recommender").isEmpty();
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(tracker.replayTarget())
        .contains(
            new ReplayTarget(
                Sets.MODEL,
                new Parent("adapter-1", "file:/adapters/adapter-1", 1, Sets.DIGEST),
                "set-1",
                1,
                "digest-of-set-1",
                Set.of("request-of-set-1")));
    tracker.apply(Sets.candidate("set-2", "adapter-2", "adapter-1", true).build());
    assertThat(tracker.replayTarget()).as("the next version is on its way").isEmpty();
  }

  @Test
  void shouldOfferNothingThatIsUnreadExactOrOfAnotherRecommender() {
    ParentTracker reading = new ParentTracker(Sets.DIGEST, 3, clock);
    reading.apply(Sets.version(1, "adapter-1", "set-1", "r").build());
    assertThat(reading.replayTarget()).isEmpty();
    reading.caughtUp();
    assertThat(reading.replayTarget()).isPresent();
    tracker.apply(Sets.version(1, "exact-1", "set-1", "r").setExact(true).build());
    assertThat(tracker.replayTarget()).isEmpty();
    tracker.apply(Sets.version(2, "adapter-2", "set-2", "r").setRecommenderDigest("other").build());
    assertThat(tracker.replayTarget()).isEmpty();
  }

  @Test
  void shouldHoldASetUntilTheExactCandidateBeforeItIsReleased() {
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    tracker.apply(exact("adapter-1", true));
    assertThat(tracker.replayTarget()).isEmpty();
    assertThat(tracker.claim(second))
        .isInstanceOfSatisfying(
            Claim.Wait.class,
            wait -> assertThat(wait.reason()).contains("exact candidate in place of version 1"));
    tracker.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    assertThat(tracker.claim(second))
        .isEqualTo(
            new Claim.Train(new Parent("exact-1", "file:/adapters/exact-1", 2, Sets.DIGEST)));
  }

  @Test
  void shouldNotHoldASetForAnExactCandidateThatWasRefusedOrIsStale() {
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    tracker.apply(exact("adapter-1", false));
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Train.class);
    assertThat(tracker.replayTarget()).as("it would be refused again").isEmpty();
    tracker.apply(exact("adapter-1", true));
    tracker.apply(Sets.version(2, "adapter-2", "set-x", "request-of-set-1", "x").build());
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Train.class);
    assertThat(tracker.replayTarget()).isPresent();
  }

  @Test
  void shouldNotTakeAnExactCandidateForTheSetsOwn() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    tracker.apply(exact(null, false));
    assertThat(tracker.claim(first))
        .isEqualTo(new Claim.Duplicate("its candidate is published and awaits release"));
  }

  @Test
  void shouldRememberTheLastExactVersionAfterAnotherFollowedIt() {
    assertThat(tracker.latestExact()).isEmpty();
    tracker.apply(Sets.version(1, null, "set-0", "r0").setExact(true).build());
    assertThat(tracker.latestExact()).as("nothing was left out").isEmpty();
    tracker.apply(Sets.version(2, "exact-1", "set-1", "r0", "r1").setExact(true).build());
    tracker.apply(Sets.version(3, "adapter-2", "set-2", "r0", "r1", "r2").build());
    assertThat(tracker.latestExact())
        .contains(new Parent("exact-1", "file:/adapters/exact-1", 2, Sets.DIGEST));
  }

  private static AdapterTrained exact(String parentAdapterId, boolean accepted) {
    return Sets.candidate("set-1", accepted ? "exact-1" : null, parentAdapterId, accepted)
        .setRequestIds(List.of())
        .setMethod("exact")
        .setExact(true)
        .build();
  }

  @Test
  void shouldWakeTheWaitingSetWhenTheVersionComes() throws Exception {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    CompletableFuture<Claim> claim =
        CompletableFuture.supplyAsync(() -> tracker.await(second, Duration.ofMinutes(1)));
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(claim.get(10, TimeUnit.SECONDS)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldGiveUpWaitingAtTheLimitAndSayWhy() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    assertThat(tracker.await(second, Duration.ofMillis(1)))
        .isInstanceOfSatisfying(
            Claim.Wait.class, wait -> assertThat(wait.reason()).contains("GET /v1/refusals"));
  }

  @Test
  void shouldTrainOnTheLastReleasedVersionAfterARefusedCandidate() {
    tracker.apply(Sets.candidate("set-1", null, null, false).build());
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(BARE));
  }

  @Test
  void shouldNotWaitForACandidateWhoseParentIsNoLongerReleased() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    tracker.apply(Sets.version(1, "adapter-9", "set-9", "r9").build());
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldWaitForASetThatHeldOnlyPartsOfARequest() {
    ForgetSetClosed next = Sets.set("set-2", 2).setRequiredWatermark(List.of("set-1")).build();
    tracker.apply(
        Sets.candidate("set-1", "adapter-1", null, true).setRequestIds(List.of("set-1")).build());
    assertThat(tracker.claim(next)).isInstanceOf(Claim.Wait.class);
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "set-1").build());
    assertThat(tracker.claim(next)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldNotForgetASetBeforeAnEarlierOneOfTheSamePersonThatWasRefused() {
    ForgetSetClosed next =
        Sets.set("set-2", 2).setRequiredWatermark(List.of("request-of-set-1")).build();
    tracker.apply(Sets.candidate("set-1", null, null, false).build());
    assertThat(tracker.claim(next))
        .isInstanceOfSatisfying(
            Claim.OutOfTurn.class,
            late -> assertThat(late.reason()).contains("redrive that set, then this one"));
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(tracker.claim(next)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldHoldASetInPlaceOfAWithdrawnVersionToWhatTheParentHasForgotten() {
    ForgetSetClosed again =
        Sets.set("set-2", 2)
            .setRequestIds(List.of("r2", "r1"))
            .setRequiredWatermark(List.of("r1"))
            .build();
    tracker.apply(Sets.version(1, "adapter-1", "set-0", "r0").build());
    tracker.apply(Sets.version(2, "adapter-2", "set-2", "r0", "r1", "r2").build());
    withdraw(Sets.version(2, "adapter-2", "set-2").build(), "r0", "r1", "r2");
    assertThat(tracker.claim(again)).isInstanceOf(Claim.OutOfTurn.class);
  }

  @Test
  void shouldTrainASetOfPartsAgainWhoseVersionWasWithdrawn() {
    ForgetSetClosed parts = Sets.set("set-1", 1).setRequestIds(List.of()).build();
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "set-1").build());
    assertThat(tracker.claim(parts)).isInstanceOf(Claim.Duplicate.class);
    withdraw(Sets.version(1, "adapter-1", "set-1").build(), "set-1");
    assertThat(tracker.claim(parts)).isEqualTo(new Claim.Train(BARE));
  }

  @Test
  void shouldNotWaitForASetThatHadNoRequests() {
    tracker.apply(Sets.candidate("set-1", null, null, true).setRequestIds(List.of()).build());
    assertThat(tracker.claim(second)).isEqualTo(new Claim.Train(BARE));
  }

  @Test
  void shouldKnowASetThatIsReleased() {
    tracker.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(tracker.claim(first))
        .isEqualTo(new Claim.Duplicate("a released version has forgotten this set"));
  }

  @Test
  void shouldKnowASetByItsRequestsWhenItsVersionIsCompactedAway() {
    tracker.apply(
        Sets.version(5, "adapter-5", "set-5", "request-of-set-1", "request-of-set-5").build());
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Duplicate.class);
  }

  @Test
  void shouldKnowASetWhoseCandidateAwaitsRelease() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    assertThat(tracker.claim(first))
        .isEqualTo(new Claim.Duplicate("its candidate is published and awaits release"));
  }

  @Test
  void shouldTrainASetAgainThatIsRedrivenAfterAGateRefusedItsCandidate() {
    tracker.apply(Sets.candidate("set-2", null, null, false).build());
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldTrainARedrivenSetAgainOnceItsCandidateIsStale() {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    tracker.apply(Sets.version(1, "adapter-9", "set-9", "r9").build());
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Train.class);
  }

  @Test
  void shouldForgetTheOldestCandidateBeyondTheLimit() {
    for (int number = 1; number <= 4; number++) {
      tracker.apply(Sets.candidate("set-" + number, "adapter-" + number, null, true).build());
    }
    assertThat(tracker.claim(first)).isInstanceOf(Claim.Wait.class);
    assertThat(tracker.claim(second)).isInstanceOf(Claim.Duplicate.class);
  }

  @Test
  void shouldEndWaitingWhenTheWorkerStops() throws Exception {
    tracker.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    CompletableFuture<Boolean> pause =
        CompletableFuture.supplyAsync(() -> tracker.awaitStop(Duration.ofMinutes(1)));
    tracker.stop();
    assertThat(pause.get(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> tracker.await(second, Duration.ofMinutes(1)))
        .isInstanceOf(JobInterruptedException.class);
  }

  @Test
  void shouldSayThatTheTimeIsOverWhenNothingStops() {
    assertThat(tracker.awaitStop(Duration.ofMillis(1))).isFalse();
  }
}
