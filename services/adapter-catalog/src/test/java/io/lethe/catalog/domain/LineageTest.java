package io.lethe.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.catalog.domain.VersionLifecycle.Transition;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Set<Transition> visited = new HashSet<>();

  private Lineage lineage;

  @BeforeEach
  void startFromTheBareRecommender() {
    lineage = lineage(100);
    lineage.apply(lineage.bareVersion(NOW));
  }

  @AfterAll
  static void everyTransitionIsVisited() {
    // Those of a version on trial need moves, and VersionMovesTest drives them.
    assertThat(
            VersionLifecycle.TRANSITIONS.stream()
                .filter(row -> row.from() != State.CANARY && row.to() != State.CANARY))
        .as("transitions that no test of the lineage drove")
        .allMatch(visited::contains);
  }

  @Test
  void shouldStartWithVersionZeroWithoutAdapterAndEmptyWatermark() {
    AdapterVersion bare = lineage.current().orElseThrow().version();
    assertThat(bare.getVersion()).isZero();
    assertThat(bare.getAdapterId()).isNull();
    assertThat(bare.getForgetSetId()).isNull();
    assertThat(bare.getWatermark()).isEmpty();
    assertThat(bare.getWatermarkDigest()).isEqualTo(Watermark.empty().digest());
    assertThat(bare.getStatus()).isEqualTo(VersionStatus.RELEASED);
  }

  @Test
  void shouldReleaseAnAcceptedChildOfTheReleasedAdapter() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r2", "r1").build());
    AdapterVersion second =
        release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r3").build());

    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(second.getParentAdapterId()).isEqualTo("adapter-1");
    assertThat(second.getUri()).isEqualTo("file:/adapters/adapter-2");
    assertThat(second.getForgetSetId()).isEqualTo("set-2");
    assertThat(second.getNewRequestIds()).containsExactly("r3");
    assertThat(second.getWatermark()).containsExactly("r1", "r2", "r3");
    assertThat(second.getWatermarkDigest())
        .isEqualTo(Watermark.of(List.of("r1", "r2", "r3")).digest());
    assertThat(second.getMinimumWatermark())
        .as("said by the watermark already, in a record of limited size")
        .isEmpty();
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1", "r2", "r3");
    assertThat(second.getReleasedAt()).isEqualTo(NOW);
    assertThat(lineage.versions())
        .extracting(ReleasedVersion::state)
        .containsExactly(State.SUPERSEDED, State.SUPERSEDED, State.RELEASED);
  }

  @Test
  void shouldHoldTheRequestsOfTheCurrentVersionOnly() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1", "r2").build());
    release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r3").build());
    ReleasedVersion first = lineage.versions().get(1);
    assertThat(first.watermarkSize()).isEqualTo(2);
    assertThat(first.version().getWatermark()).isEmpty();
    assertThat(first.version().getWatermarkDigest())
        .isEqualTo(Watermark.of(List.of("r1", "r2")).digest());
    assertThat(lineage.current().orElseThrow().version().getWatermark()).hasSize(3);
  }

  @Test
  void shouldReleaseNoForgetSetTwice() {
    AdapterTrained candidate = Candidates.accepted("set-1", "adapter-1", null, "r1").build();
    release(candidate);
    assertThat(lineage.decide(candidate, NOW)).isEqualTo(new Decision.AlreadyReleased(1));
    AdapterTrained retrained = Candidates.accepted("set-1", "adapter-9", "adapter-1", "r1").build();
    assertThat(lineage.decide(retrained, NOW)).isEqualTo(new Decision.AlreadyReleased(1));
  }

  @Test
  void shouldKnowAForgetSetByItsRequestsWhenCompactionRemovedItsVersion() {
    Lineage compacted = lineage(100);
    compacted.apply(versionOf(7, "adapter-7", List.of("r1", "r2")).setForgetSetId("set-7").build());
    AdapterTrained older = Candidates.accepted("set-1", "adapter-1", null, "r1").build();
    assertThat(compacted.decide(older, NOW)).isEqualTo(new Decision.AlreadyReleased(7));
  }

  @Test
  void shouldReleaseALargerWatermarkOnTheSameAdapterWhenTheSubjectsHeldNothing() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    AdapterVersion second =
        release(
            Candidates.accepted("set-2", "adapter-1", "adapter-1", "r2")
                .setMethod("none")
                .setSteps(0)
                .setGates(List.of())
                .build());
    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(second.getAdapterId()).isEqualTo("adapter-1");
    assertThat(second.getWatermark()).containsExactly("r1", "r2");
  }

  @Test
  void shouldReleaseTheBareRecommenderAgainWhenNothingWasEverTrained() {
    AdapterVersion first =
        release(
            Candidates.accepted("set-1", null, null, "r1")
                .setUri(null)
                .setMethod("none")
                .setSteps(0)
                .setGates(List.of())
                .build());
    assertThat(first.getAdapterId()).isNull();
    assertThat(first.getWatermark()).containsExactly("r1");
  }

  @Test
  void shouldAddNothingForASetWithoutRequests() {
    AdapterTrained empty =
        Candidates.accepted("set-1", null, null).setSteps(0).setGates(List.of()).build();
    assertThat(lineage.decide(empty, NOW)).isEqualTo(new Decision.AlreadyReleased(0));
  }

  @Test
  void shouldReleaseAnExactCandidateInPlaceOfTheReleasedAdapterWithTheSameWatermark() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    AdapterVersion approximate =
        release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build());
    AdapterVersion exact = release(Candidates.exact("set-2", "exact-2", "adapter-2").build());
    assertThat(approximate.getExact()).isFalse();
    assertThat(exact.getExact()).isTrue();
    assertThat(exact.getVersion()).isEqualTo(3);
    assertThat(exact.getAdapterId()).isEqualTo("exact-2");
    assertThat(exact.getParentAdapterId()).isEqualTo("adapter-2");
    assertThat(exact.getForgetSetId()).isEqualTo("set-2");
    assertThat(exact.getNewRequestIds()).isEmpty();
    assertThat(exact.getWatermark()).containsExactly("r1", "r2");
    assertThat(exact.getWatermarkDigest()).isEqualTo(approximate.getWatermarkDigest());
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1", "r2");
    assertThat(exact.getMethod()).isEqualTo("exact");
  }

  @Test
  void shouldCallTheVersionThatFollowsAnExactOneApproximateAndKeepTheWatermark() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    release(Candidates.exact("set-1", "exact-1", "adapter-1").build());
    AdapterVersion next =
        release(Candidates.accepted("set-2", "adapter-2", "exact-1", "r2").build());
    assertThat(next.getExact()).isFalse();
    assertThat(next.getVersion()).isEqualTo(3);
    assertThat(next.getWatermark()).containsExactly("r1", "r2");
    assertThat(release(Candidates.exact("set-2", "exact-2", "adapter-2").build()).getExact())
        .isTrue();
  }

  @Test
  void shouldStayExactWhenOnlyRequestsThatHeldNothingAreAdded() {
    AdapterVersion bare = release(unchanged("set-0", null, "r0"));
    assertThat(bare.getExact()).isTrue();
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    assertThat(release(unchanged("set-2", "adapter-1", "r2")).getExact()).isFalse();
    release(Candidates.exact("set-2", "exact-1", "adapter-1").build());
    AdapterVersion grown = release(unchanged("set-3", "exact-1", "r3"));
    assertThat(grown.getExact()).isTrue();
    assertThat(grown.getWatermark()).containsExactly("r0", "r1", "r2", "r3");
  }

  @Test
  void shouldReleaseNoExactAdapterTwice() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    AdapterTrained exact = Candidates.exact("set-1", "exact-1", "adapter-1").build();
    release(exact);
    assertThat(lineage.decide(exact, NOW)).isEqualTo(new Decision.AlreadyReleased(2));
  }

  @Test
  void shouldReleaseAnEarlierExactAdapterAnewWhereWhatCameSinceHeldNothingTunedOn() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    release(Candidates.exact("set-1", "exact-1", "adapter-1").build());
    release(Candidates.accepted("set-2", "adapter-2", "exact-1", "r2").build());
    AdapterVersion again = release(Candidates.exact("set-2", "exact-1", "adapter-2").build());
    assertThat(again.getVersion()).isEqualTo(4);
    assertThat(again.getExact()).isTrue();
    assertThat(again.getWatermark()).containsExactly("r1", "r2");
  }

  @Test
  void shouldReleaseASetOfPartsThatNamesNoRequestYet() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    AdapterTrained parts = Candidates.accepted("set-2", "adapter-2", "adapter-1", "set-2").build();
    assertThat(release(parts).getWatermark()).containsExactly("r1", "set-2");
    assertThat(lineage.decide(parts, NOW)).isEqualTo(new Decision.AlreadyReleased(2));
  }

  @Test
  void shouldRefuseAnExactCandidateWhoseParentIsStale() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build());
    assertThat(lineage.decide(Candidates.exact("set-1", "exact-1", "adapter-1").build(), NOW))
        .isEqualTo(
            new Decision.Refuse(
                RefusalReason.PARENT_NOT_RELEASED,
                "parent is adapter-1, released is adapter-2 as version 2"));
  }

  @Test
  void shouldRefuseAnExactCandidateThatIsNotAcceptedOrHasNoGatesOrNoAdapter() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    assertRefused(
        Candidates.exact("set-1", "exact-1", "adapter-1")
            .setAccepted(false)
            .setGates(List.of(Candidates.gate("utility-floor", false)))
            .build(),
        RefusalReason.NOT_ACCEPTED);
    assertRefused(
        Candidates.exact("set-1", "exact-1", "adapter-1").setGates(List.of()).build(),
        RefusalReason.NO_GATES);
    assertRefused(
        Candidates.exact("set-1", null, "adapter-1").setUri(null).build(),
        RefusalReason.INCOMPLETE);
    // Claiming exactness for the approximate adapter itself is no tuning at all.
    assertRefused(
        Candidates.exact("set-1", "adapter-1", "adapter-1").setSteps(0).setGates(List.of()).build(),
        RefusalReason.NO_GATES);
  }

  @Test
  void shouldRefuseAnExactCandidateThatAddsRequests() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    AdapterTrained adding =
        Candidates.exact("set-1", "exact-1", "adapter-1")
            .setRequestIds(List.of("r1", "r2"))
            .build();
    assertThat(lineage.decide(adding, NOW))
        .isEqualTo(
            new Decision.Refuse(RefusalReason.EXACT_ADDS_REQUESTS, "2 requests would be new"));
  }

  @Test
  void shouldRefuseACandidateThatIsNotAccepted() {
    AdapterTrained refused =
        Candidates.accepted("set-1", "adapter-1", null, "r1")
            .setAccepted(false)
            .setGates(
                List.of(Candidates.gate("no-op", true), Candidates.gate("utility-floor", false)))
            .build();
    assertThat(lineage.decide(refused, NOW))
        .isEqualTo(new Decision.Refuse(RefusalReason.NOT_ACCEPTED, "failed gates: utility-floor"));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F19,
      level = FaultLevel.UNIT,
      does = "Offers a candidate with a failed gate that says it was accepted.",
      load = "1 candidate",
      oracle = "Never released; the refusal names the gate.")
  void shouldRefuseACandidateWhoseGateFailedEvenIfItSaysAccepted() {
    AdapterTrained contradictory =
        Candidates.accepted("set-1", "adapter-1", null, "r1")
            .setGates(List.of(Candidates.gate("finite", false)))
            .build();
    assertThat(lineage.decide(contradictory, NOW))
        .isEqualTo(new Decision.Refuse(RefusalReason.GATE_FAILED, "failed gates: finite"));
  }

  @Test
  void shouldRefuseATrainedCandidateWithoutGates() {
    assertRefused(
        Candidates.accepted("set-1", "adapter-1", null, "r1").setGates(List.of()).build(),
        RefusalReason.NO_GATES);
  }

  @Test
  void shouldRefuseATrainedCandidateWithoutAPlace() {
    assertRefused(
        Candidates.accepted("set-1", "adapter-1", null, "r1").setUri(null).build(),
        RefusalReason.INCOMPLETE);
  }

  @Test
  void shouldRefuseACandidateOfAnotherRecommender() {
    assertRefused(
        Candidates.accepted("set-1", "adapter-1", null, "r1")
            .setRecommenderDigest("e2".repeat(32))
            .build(),
        RefusalReason.RECOMMENDER_DIFFERS);
  }

  @Test
  void shouldRefuseACandidateWhoseParentIsStale() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    assertThat(lineage.decide(Candidates.accepted("set-2", "adapter-2", null, "r2").build(), NOW))
        .isEqualTo(
            new Decision.Refuse(
                RefusalReason.PARENT_NOT_RELEASED,
                "parent is none, released is adapter-1 as version 1"));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.UNIT,
      does = "Asks for a version that has forgotten less than is demanded.",
      load = "1 candidate",
      oracle = "Refused, with how many requests are missing.",
      limit = "exact")
  void shouldRefuseReleaseBelowMinimumWatermark() {
    // An approved override may have served a version below the minimum; the minimum stands all the
    // same, so the next version must cover it again.
    lineage.apply(
        versionOf(1, "adapter-1", List.of("r1"))
            .setMinimumWatermark(List.of("r1", "r2", "r3"))
            .build());
    AdapterTrained candidate = Candidates.accepted("set-4", "adapter-4", "adapter-1", "r3").build();
    assertThat(lineage.decide(candidate, NOW))
        .isEqualTo(
            new Decision.Refuse(
                RefusalReason.BELOW_MINIMUM_WATERMARK, "1 of 3 requests are missing"));
    release(Candidates.accepted("set-5", "adapter-5", "adapter-1", "r2", "r3").build());
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1", "r2", "r3");
  }

  @Test
  void shouldRefuseAWatermarkAboveTheLimitAndNameTheRemedy() {
    Lineage small = lineage(2);
    small.apply(small.bareVersion(NOW));
    Decision decision =
        small.decide(
            Candidates.accepted("set-1", "adapter-1", null, "r1", "r2", "r3").build(), NOW);
    assertThat(decision)
        .isEqualTo(
            new Decision.Refuse(RefusalReason.WATERMARK_TOO_LARGE, "3 requests, the limit is 2"));
    assertThat(RefusalReason.WATERMARK_TOO_LARGE.remedy()).contains("lethe.watermark-limit");
  }

  @Test
  void shouldReleaseOverAWithdrawnVersionOnlyWhatCoversTheMinimum() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    withdraw(release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build()));
    assertThat(lineage.current()).isEmpty();
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1", "r2");

    assertRefused(
        Candidates.accepted("set-3", "adapter-3", "adapter-1", "r3").build(),
        RefusalReason.BELOW_MINIMUM_WATERMARK);
    assertRefused(
        Candidates.accepted("set-3", "adapter-3", "adapter-9", "r3").build(),
        RefusalReason.NOTHING_RELEASED);
    assertRefused(
        Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build(),
        RefusalReason.ADAPTER_WITHDRAWN);
    AdapterVersion again =
        release(Candidates.accepted("set-2", "adapter-2b", "adapter-1", "r2").build());
    assertThat(again.getVersion()).isEqualTo(3);
    assertThat(again.getWatermark()).containsExactly("r1", "r2");
  }

  @Test
  void shouldReleaseTheExactCandidateInPlaceOfAWithdrawnAdapter() {
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    withdraw(release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build()));
    AdapterVersion exact = release(Candidates.exact("set-2", "adapter-exact", "adapter-2").build());
    assertThat(exact.getWatermark()).containsExactly("r1", "r2");
    assertThat(exact.getExact()).isTrue();
  }

  @Test
  void shouldContinueAWithdrawnAdapterWhenTheGatesLetWhatCameOfItPass() {
    withdraw(release(Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    AdapterVersion next =
        release(Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2").build());
    assertThat(next.getWatermark()).containsExactly("r1", "r2");
  }

  @Test
  void shouldKeepTheCurrentVersionWhenAnEarlierOneIsWithdrawn() {
    AdapterVersion bare = lineage.current().orElseThrow().version();
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    lineage.apply(AdapterVersion.newBuilder(bare).setStatus(VersionStatus.WITHDRAWN).build());
    assertThat(lineage.versions().get(0).state()).isEqualTo(State.WITHDRAWN);
    assertThat(lineage.current().orElseThrow().version().getVersion()).isEqualTo(1);
  }

  @Test
  void shouldChangeNothingWhenARecordIsReadAgain() {
    AdapterVersion first = release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    lineage.apply(first);
    assertThat(lineage.versions()).hasSize(2);
    assertThat(lineage.current().orElseThrow().state()).isEqualTo(State.RELEASED);
  }

  @Test
  void shouldRejectALogThatGoesBack() {
    lineage.apply(versionOf(5, "adapter-5", List.of("r1")).build());
    assertThatThrownBy(() -> lineage.apply(versionOf(4, "adapter-4", List.of("r1")).build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("goes back from version 5 to 4");
  }

  @Test
  void shouldRejectALogOfAnotherRecommender() {
    AdapterVersion foreign =
        versionOf(1, "adapter-1", List.of()).setRecommenderDigest("e2".repeat(32)).build();
    assertThatThrownBy(() -> lineage.apply(foreign))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("e2e2e2e2e2e2")
        .hasMessageContaining("lethe.model-id");
  }

  @Test
  void shouldRejectATransitionThatTheTableLacks() {
    VersionLifecycle lifecycle = new VersionLifecycle(visited::add);
    assertThatThrownBy(() -> lifecycle.next(State.REFUSED, VersionLifecycle.Event.RELEASE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("REFUSED cannot take RELEASE");
  }

  private static AdapterTrained unchanged(String forgetSetId, String adapterId, String requestId) {
    return Candidates.accepted(forgetSetId, adapterId, adapterId, requestId)
        .setUri(adapterId == null ? null : "file:/adapters/" + adapterId)
        .setMethod("none")
        .setSteps(0)
        .setGates(List.of())
        .build();
  }

  private void withdraw(AdapterVersion version) {
    lineage.apply(
        AdapterVersion.newBuilder(version)
            .setStatus(VersionStatus.WITHDRAWN)
            .setWatermark(List.of())
            .setMinimumWatermark(lineage.minimumWatermark().sorted())
            .build());
  }

  private AdapterVersion release(AdapterTrained candidate) {
    Decision decision = lineage.decide(candidate, NOW);
    assertThat(decision).isInstanceOf(Decision.Release.class);
    AdapterVersion version = ((Decision.Release) decision).version();
    lineage.apply(version);
    return version;
  }

  private void assertRefused(AdapterTrained candidate, RefusalReason reason) {
    assertThat(lineage.decide(candidate, NOW))
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refuse -> assertThat(refuse.reason()).isEqualTo(reason));
  }

  private static Lineage lineage(int watermarkLimit) {
    return new Lineage(
        Candidates.MODEL, Candidates.DIGEST, watermarkLimit, new VersionLifecycle(visited::add));
  }

  private static AdapterVersion.Builder versionOf(
      long number, String adapterId, List<String> watermark) {
    return AdapterVersion.newBuilder()
        .setModelId(Candidates.MODEL)
        .setVersion(number)
        .setStatus(VersionStatus.RELEASED)
        .setAdapterId(adapterId)
        .setRecommenderDigest(Candidates.DIGEST)
        .setWatermark(watermark)
        .setWatermarkDigest(Watermark.of(watermark).digest())
        .setReleasedAt(NOW);
  }
}
