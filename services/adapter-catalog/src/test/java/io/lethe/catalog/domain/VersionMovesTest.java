package io.lethe.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.catalog.domain.VersionLifecycle.Transition;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.VersionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionMovesTest {
  private static final Duration APPROVAL = Duration.ofMinutes(15);
  private static final Duration FORCE = Duration.ofHours(1);
  private static final CanaryShare TENTH = new CanaryShare(List.of(), 10);
  private static final CanaryShare FIRST_SERVER = new CanaryShare(List.of("server-1"), 0);
  private static final Set<Transition> visited = new HashSet<>();

  private final List<AdapterVersion> topic = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private Lineage lineage;
  private VersionMoves moves;

  @BeforeEach
  void startFromTheBareRecommender() {
    open();
    publish(lineage.bareVersion(now));
  }

  /** Whatever a test did, a catalog that starts anew must come to the same. */
  @AfterEach
  void shouldBeTheSameAfterARestart() {
    List<ReleasedVersion> before = lineage.versions();
    open();
    topic.forEach(lineage::apply);
    assertThat(lineage.versions()).isEqualTo(before);
  }

  @AfterAll
  static void everyTransitionIsVisited() {
    assertThat(VersionLifecycle.TRANSITIONS)
        .as("transitions that no test of the moves drove")
        .allMatch(visited::contains);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.UNIT,
      does = "Asks for a rollback to a version that remembers a request served as forgotten.",
      load = "one call",
      oracle = "It is refused, and an override of any kind changes nothing about it.",
      limit = "exact")
  void shouldRefuseRollbackBelowWatermark() {
    release("set-1", "adapter-1", null, "r1");
    release("set-2", "adapter-2", "adapter-1", "r2");
    override(OverriddenRule.PIN);
    assertRefused(rollback(1, "anna"), MoveRefusal.BELOW_MINIMUM_WATERMARK);
    assertRefused(rollback(0, "anna"), MoveRefusal.BELOW_MINIMUM_WATERMARK);
    assertThat(current().getVersion()).isEqualTo(2);
  }

  @Test
  void shouldRollBackToAVersionThatCoversTheMinimum() {
    release("set-1", "adapter-1", null, "r1");
    exact("set-1", "adapter-exact", "adapter-1");
    done(rollback(1, "anna"));
    assertThat(current().getVersion()).isEqualTo(3);
    assertThat(current().getAdapterId()).isEqualTo("adapter-1");
    assertThat(current().getUri()).isEqualTo("file:/adapters/adapter-1");
    assertThat(current().getWatermark()).containsExactly("r1");
    assertThat(current().getNewRequestIds()).isEmpty();
    assertThat(current().getExact()).isFalse();
    assertThat(current().getMove().getKind()).isEqualTo(MoveKind.ROLLBACK);
    assertThat(current().getMove().getVersion()).isEqualTo(1);
    assertThat(current().getMove().getActorRef()).isEqualTo("anna");
    assertThat(moves.decide(rollback(1, "anna"), now)).isEqualTo(new MoveDecision.Unchanged());
    assertRefused(rollback(9, "anna"), MoveRefusal.VERSION_UNKNOWN);
  }

  @Test
  void shouldRollBackToTheBareRecommenderWhileNothingItRemembersWasServedAsForgotten() {
    exact("set-1", "adapter-1", null);
    done(rollback(0, "anna"));
    assertThat(current().getAdapterId()).isNull();
    assertThat(current().getVersion()).isEqualTo(2);
  }

  @Test
  void shouldPutTheNewestVersionThatCoversTheMinimumInPlaceOfAWithdrawnOne() {
    release("set-1", "adapter-1", null, "r1");
    exact("set-1", "adapter-exact", "adapter-1");
    done(new Move.Withdraw(2, false, order("anna")));
    assertThat(topic.subList(topic.size() - 2, topic.size()))
        .extracting(AdapterVersion::getVersion, AdapterVersion::getStatus)
        .containsExactly(tuple(2L, VersionStatus.WITHDRAWN), tuple(3L, VersionStatus.RELEASED));
    assertThat(current().getAdapterId()).isEqualTo("adapter-1");
    assertRefused(rollback(2, "anna"), MoveRefusal.VERSION_WITHDRAWN);
    assertThat(lineage.decide(Candidates.exact("set-1", "adapter-exact", "adapter-1").build(), now))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(RefusalReason.ADAPTER_WITHDRAWN));
  }

  @Test
  void shouldStopServingOnlyWhenToldToWaitAndTellTheMinimumToWhoeverReadsThatAlone() {
    release("set-1", "adapter-1", null, "r1");
    assertRefused(new Move.Withdraw(1, false, order("anna")), MoveRefusal.NOTHING_TO_SERVE);
    done(new Move.Withdraw(1, true, order("anna")));
    assertThat(lineage.current()).isEmpty();
    AdapterVersion last = topic.get(topic.size() - 1);
    assertThat(last.getStatus()).isEqualTo(VersionStatus.WITHDRAWN);
    assertThat(last.getMinimumWatermark()).containsExactly("r1");
    assertThat(moves.decide(new Move.Withdraw(1, false, order("anna")), now))
        .isEqualTo(new MoveDecision.Unchanged());
    assertRefused(new Move.Pin(1, order("anna")), MoveRefusal.NOTHING_RELEASED);
  }

  @Test
  void shouldWithdrawAnEarlierVersionAndTellTheCurrentOneLast() {
    release("set-1", "adapter-1", null, "r1");
    done(new Move.Withdraw(0, false, order("anna")));
    assertThat(topic.get(topic.size() - 1)).isEqualTo(current());
    assertThat(current().getVersion()).isEqualTo(1);
  }

  @Test
  void shouldTryTheNextVersionFirstAndPromoteIt() {
    done(new Move.StartCanary(FIRST_SERVER, order("anna")));
    assertThat(current().getCanary()).isEqualTo(FIRST_SERVER);
    release("set-1", "adapter-1", null, "r1");
    assertThat(canary().getVersion()).isEqualTo(1);
    assertThat(canary().getStatus()).isEqualTo(VersionStatus.CANARY);
    assertThat(canary().getCanary()).isEqualTo(FIRST_SERVER);
    assertThat(current().getVersion()).isZero();
    assertThat(current().getCanary()).as("a plan is for one version").isNull();
    assertThat(lineage.minimumWatermark().size()).as("a canary completes nothing").isZero();
    assertRefused(rollback(0, "anna"), MoveRefusal.CANARY_RUNNING);
    assertRefused(new Move.Pin(0, order("anna")), MoveRefusal.CANARY_RUNNING);
    assertRefused(new Move.Promote(7, order("anna")), MoveRefusal.NO_CANARY);

    done(new Move.StartCanary(TENTH, order("anna")));
    assertThat(canary().getCanary()).isEqualTo(TENTH);
    now = now.plusSeconds(60);
    done(new Move.Promote(1, order("anna")));
    assertThat(lineage.canary()).isEmpty();
    assertThat(current().getVersion()).isEqualTo(1);
    assertThat(current().getCanary()).isNull();
    assertThat(current().getReleasedAt()).isEqualTo(now);
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1");
    assertThat(moves.decide(new Move.Promote(1, order("anna")), now))
        .isEqualTo(new MoveDecision.Unchanged());
  }

  @Test
  void shouldEndATrialAndTakeTheSameAdapterAgainLater() {
    done(new Move.StartCanary(TENTH, order("anna")));
    release("set-1", "adapter-1", null, "r1");
    done(new Move.EndCanary(order("anna")));
    assertThat(lineage.canary()).isEmpty();
    assertThat(lineage.find(1).orElseThrow().state()).isEqualTo(State.WITHDRAWN);
    assertThat(topic.get(topic.size() - 1)).isEqualTo(current());
    assertThat(moves.decide(new Move.EndCanary(order("anna")), now))
        .isEqualTo(new MoveDecision.Unchanged());
    AdapterVersion again = release("set-1", "adapter-1", null, "r1");
    assertThat(again.getVersion()).isEqualTo(2);
    assertThat(again.getStatus()).isEqualTo(VersionStatus.RELEASED);
  }

  @Test
  void shouldCancelAPlanForACanary() {
    done(new Move.StartCanary(TENTH, order("anna")));
    done(new Move.EndCanary(order("anna")));
    assertThat(release("set-1", "adapter-1", null, "r1").getStatus())
        .isEqualTo(VersionStatus.RELEASED);
  }

  @Test
  void shouldHoldOffWithAPinWhatForgetsNobodyMoreAndYieldToWhatDoes() {
    release("set-1", "adapter-1", null, "r1");
    done(new Move.Pin(1, order("anna")));
    AdapterTrained exact = Candidates.exact("set-1", "adapter-exact", "adapter-1").build();
    assertThat(lineage.decide(exact, now))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(RefusalReason.PINNED));
    AdapterVersion next = release("set-2", "adapter-2", "adapter-1", "r2");
    assertThat(next.getVersion()).isEqualTo(2);
    assertThat(next.getPin()).isNull();
  }

  @Test
  void shouldLetOnlyWhoPinnedAVersionUnpinItOrRollItBack() {
    release("set-1", "adapter-1", null, "r1");
    exact("set-1", "adapter-exact", "adapter-1");
    done(new Move.Rollback(1, true, order("anna")));
    assertThat(current().getPin().getActorRef()).isEqualTo("anna");
    assertRefused(new Move.Unpin(3, order("ben")), MoveRefusal.PINNED_BY_ANOTHER);
    assertRefused(new Move.Pin(3, order("ben")), MoveRefusal.PINNED_BY_ANOTHER);
    assertRefused(rollback(2, "ben"), MoveRefusal.PINNED_BY_ANOTHER);
    assertRefused(new Move.Unpin(2, order("anna")), MoveRefusal.NOT_CURRENT);
    done(new Move.Unpin(3, order("anna")));
    done(rollback(2, "ben"));
    assertThat(current().getAdapterId()).isEqualTo("adapter-exact");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.UNIT,
      does = "Overrides a pin by one person, by one person twice, by two, and after its time.",
      load = "seven calls",
      oracle =
          "Only two different persons within the time limit set it aside, it is written on the"
              + " version, and it holds again when the time is over.",
      limit = "exact")
  void shouldSetAPinAsideOnlyForTwoPersonsAndOnlyForATime() {
    release("set-1", "adapter-1", null, "r1");
    done(new Move.Pin(1, order("anna")));
    Move approvedByBen = new Move.ApproveOverride(OverriddenRule.PIN, order("ben"));
    Move approvedByCora = new Move.ApproveOverride(OverriddenRule.PIN, order("cora"));
    assertRefused(approvedByCora, MoveRefusal.NO_PROPOSAL);
    done(new Move.ProposeOverride(OverriddenRule.PIN, order("ben")));
    assertRefused(approvedByBen, MoveRefusal.SAME_PERSON);
    assertThat(lineage.isOverridden(OverriddenRule.PIN, now)).isFalse();
    now = now.plus(APPROVAL);
    assertRefused(approvedByCora, MoveRefusal.NO_PROPOSAL);

    done(new Move.ProposeOverride(OverriddenRule.PIN, order("ben")));
    assertRefused(
        new Move.ApproveOverride(OverriddenRule.UTILITY_FLOOR, order("cora")),
        MoveRefusal.NO_PROPOSAL);
    done(approvedByCora);
    assertThat(current().getRuleOverride().getProposedBy()).isEqualTo("ben");
    assertThat(current().getRuleOverride().getApprovedBy()).isEqualTo("cora");
    assertThat(current().getMove().getKind()).isEqualTo(MoveKind.APPROVE_OVERRIDE);
    assertThat(moves.decide(approvedByCora, now)).isEqualTo(new MoveDecision.Unchanged());
    exact("set-1", "adapter-exact", "adapter-1");
    assertThat(current().getPin()).as("the pin is set aside, not lifted").isNotNull();

    now = now.plus(FORCE);
    assertThat(lineage.isOverridden(OverriddenRule.PIN, now)).isFalse();
    assertRefused(rollback(1, "ben"), MoveRefusal.PINNED_BY_ANOTHER);
  }

  @Test
  void shouldReleaseACandidateBelowTheUtilityFloorOnlyWhileThatIsOverridden() {
    AdapterTrained useless =
        Candidates.accepted("set-1", "adapter-1", null, "r1")
            .setAccepted(false)
            .setGates(
                List.of(Candidates.gate("finite", true), Candidates.gate("utility-floor", false)))
            .build();
    AdapterTrained remembering =
        AdapterTrained.newBuilder(useless)
            .setGates(List.of(Candidates.gate("forgetting", false)))
            .build();
    assertNotAccepted(useless);
    override(OverriddenRule.UTILITY_FLOOR);
    assertNotAccepted(remembering);
    now = now.plus(FORCE);
    assertNotAccepted(useless);
    override(OverriddenRule.UTILITY_FLOOR);
    done(new Move.RevokeOverride(order("dora")));
    assertNotAccepted(useless);
    override(OverriddenRule.UTILITY_FLOOR);
    AdapterVersion released = take(useless);
    assertThat(released.getRuleOverride().getApprovedBy()).isEqualTo("cora");
    assertThat(released.getGates().get(1).getPassed()).isFalse();
  }

  @Test
  void shouldReleaseNothingWithoutTheRequestsOfAVersionThatAnOverrideReleased() {
    release("set-1", "adapter-1", null, "r1");
    override(OverriddenRule.UTILITY_FLOOR);
    take(
        Candidates.accepted("set-2", "adapter-2", "adapter-1", "r2")
            .setAccepted(false)
            .setGates(
                List.of(Candidates.gate("finite", true), Candidates.gate("utility-floor", false)))
            .build());
    // As a worker makes it that did not wait: of a set that held nothing, on the parent before.
    AdapterTrained stale =
        Candidates.accepted("set-3", "adapter-1", "adapter-1", "r3")
            .setSteps(0)
            .setGates(List.of())
            .build();
    assertThat(lineage.decide(stale, now))
        .isEqualTo(
            new Decision.Refuse(
                RefusalReason.PARENT_NOT_RELEASED,
                "parent is adapter-1, released is adapter-2 as version 2"));
    done(new Move.Withdraw(2, true, order("anna")));
    assertThat(lineage.decide(stale, now))
        .as("any adapter served before may be continued now, and the watermark alone is asked")
        .isEqualTo(
            new Decision.Refuse(
                RefusalReason.BELOW_MINIMUM_WATERMARK, "1 of 2 requests are missing"));
    assertThat(lineage.minimumWatermark().sorted()).containsExactly("r1", "r2");
  }

  @Test
  void shouldNotPromoteOverAPinWhoseOverrideEndedDuringTheTrial() {
    release("set-1", "adapter-1", null, "r1");
    done(new Move.Pin(1, order("anna")));
    override(OverriddenRule.PIN);
    done(new Move.StartCanary(TENTH, order("ben")));
    exact("set-1", "adapter-exact", "adapter-1");
    now = now.plus(FORCE);
    assertRefused(new Move.Promote(2, order("ben")), MoveRefusal.PINNED_BY_ANOTHER);
    assertRefused(new Move.Promote(2, order("")), MoveRefusal.PINNED_BY_ANOTHER);
    done(new Move.EndCanary(order("")));
    assertThat(current().getPin()).isNotNull();
  }

  @Test
  void shouldTakeOneOverrideAtATime() {
    done(new Move.ProposeOverride(OverriddenRule.PIN, order("ben")));
    assertThat(moves.decide(new Move.ProposeOverride(OverriddenRule.PIN, order("ben")), now))
        .isEqualTo(new MoveDecision.Unchanged());
    assertRefused(
        new Move.ProposeOverride(OverriddenRule.UTILITY_FLOOR, order("cora")),
        MoveRefusal.OVERRIDE_RUNNING);
  }

  private void override(OverriddenRule rule) {
    done(new Move.ProposeOverride(rule, order("ben")));
    done(new Move.ApproveOverride(rule, order("cora")));
  }

  private void assertNotAccepted(AdapterTrained candidate) {
    assertThat(lineage.decide(candidate, now))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(RefusalReason.NOT_ACCEPTED));
  }

  private AdapterVersion release(
      String forgetSetId, String adapterId, String parentId, String... requestIds) {
    return take(Candidates.accepted(forgetSetId, adapterId, parentId, requestIds).build());
  }

  private void exact(String forgetSetId, String adapterId, String parentId) {
    take(Candidates.exact(forgetSetId, adapterId, parentId).build());
  }

  private AdapterVersion take(AdapterTrained candidate) {
    Decision decision = lineage.decide(candidate, now);
    assertThat(decision).isInstanceOf(Decision.Release.class);
    ((Decision.Release) decision).records().forEach(this::publish);
    return ((Decision.Release) decision).version();
  }

  private void done(Move move) {
    MoveDecision decision = moves.decide(move, now);
    assertThat(decision).isInstanceOf(MoveDecision.Publish.class);
    ((MoveDecision.Publish) decision).records().forEach(this::publish);
  }

  private void assertRefused(Move move, MoveRefusal reason) {
    assertThat(moves.decide(move, now))
        .isInstanceOfSatisfying(
            MoveDecision.Refuse.class, refuse -> assertThat(refuse.reason()).isEqualTo(reason));
  }

  private void publish(AdapterVersion record) {
    topic.add(record);
    lineage.apply(record);
  }

  private AdapterVersion current() {
    return lineage.current().orElseThrow().version();
  }

  private AdapterVersion canary() {
    return lineage.canary().orElseThrow().version();
  }

  private static Move rollback(long version, String actor) {
    return new Move.Rollback(version, false, order(actor));
  }

  private static Move.Order order(String actor) {
    return new Move.Order(actor, "the answers are worse");
  }

  private void open() {
    lineage =
        new Lineage(Candidates.MODEL, Candidates.DIGEST, 100, new VersionLifecycle(visited::add));
    moves = new VersionMoves(lineage, new OverrideLimits(APPROVAL, FORCE));
  }
}
