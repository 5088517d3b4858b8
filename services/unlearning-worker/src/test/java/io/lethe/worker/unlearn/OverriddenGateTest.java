package io.lethe.worker.unlearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Gates;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.RuleOverride;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.Digests;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.publish.CandidateStorage;
import io.lethe.worker.unlearn.UnlearningFlow.Settled;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A candidate that a gate refused while two persons had set a rule aside. */
class OverriddenGateTest {
  /** As the engine applies them; the first refusal ends the list. */
  private static final List<String> ORDER =
      List.of(
          Gates.NO_OP,
          Gates.FINITE,
          Gates.FORGETTING,
          Gates.RESURRECTED,
          Gates.INT8,
          Gates.PARAPHRASE,
          Gates.UTILITY_FLOOR);

  private static final Instant EXPIRES_AT = Sets.NOW.plus(Duration.ofHours(1));
  private static final ForgetSetClosed SET = Sets.set("set-1", 2, Sets.sample("a")).build();
  private static final String ADAPTER =
      "adapter-adapter-1-" + Long.toHexString(Digests.seed("set-1"));

  @TempDir private Path stateDirectory;

  private final FakeEngine engine = new FakeEngine();
  private final ManualClock clock = new ManualClock();
  private final ParentTracker parents = new ParentTracker(Sets.DIGEST, 100, clock);
  private final RetainReservoir reservoir = new RetainReservoir(100);
  private final TitleIndex titles = new TitleIndex(100);
  private UnlearningFlow flow;

  @BeforeEach
  void fillTheTables() {
    parents.apply(Sets.version(1, "adapter-1", "set-0", "request-of-set-0").build());
    parents.caughtUp();
    retain("train-0-0", false, "kept");
    retain("held-0-0", true, "held");
    reservoir.caughtUp();
    titles.apply("item-a", new CatalogItem("item-a", "Alpha", List.of(), null));
    flow =
        new UnlearningFlow(
            engine,
            parents,
            reservoir,
            new ExampleAssembler(titles),
            new CandidateStorage(1, Duration.ofMillis(1), parents::awaitStop),
            new AttemptLog(stateDirectory),
            new JobLog(10),
            new FlowLimits(
                Duration.ofMillis(1), Duration.ofMillis(1), 1, 2, 2, 3, Duration.ofMillis(1)),
            clock,
            transition -> {},
            () -> {});
    refusedBy(Gates.UTILITY_FLOOR);
  }

  @Test
  void shouldPublishTheStoredCandidateAsRefusedByTheGateThatIsSetAside() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    Settled settled = flow.run(SET);

    assertThat(candidateOf(settled))
        .isEqualTo(
            expected()
                .setGates(
                    List.of(
                        gate(Gates.NO_OP, true),
                        gate(Gates.FINITE, true),
                        gate(Gates.FORGETTING, true),
                        gate(Gates.RESURRECTED, true),
                        gate(Gates.INT8, true),
                        gate(Gates.PARAPHRASE, true),
                        gate(Gates.UTILITY_FLOOR, false)))
                .setTrainSeconds(0)
                .setAdapterId(ADAPTER)
                .setUri("file:/adapters/" + ADAPTER)
                .build());
    assertThat(engine.stored).containsExactly(ADAPTER);
  }

  @Test
  void shouldCallACandidateAcceptedThatPassesWhileTheGateIsSetAside() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    engine.failingGate = null;
    AdapterTrained candidate = candidateOf(flow.run(SET));
    assertThat(candidate.getAccepted()).isTrue();
    assertThat(candidate.getAdapterId()).isEqualTo(ADAPTER);
  }

  @Test
  void shouldStoreNothingWithoutAnOverride() {
    assertRefused(flow.run(SET));
  }

  @Test
  void shouldStoreNothingWhileOnlyOnePersonWantsIt() {
    override(approved(OverriddenRule.UTILITY_FLOOR).setApprovedBy(null).setApprovedAt(null));
    assertRefused(flow.run(SET));
  }

  @ParameterizedTest
  @EnumSource(
      value = OverriddenRule.class,
      names = {"UTILITY_FLOOR"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldStoreNothingWhileAnotherRuleIsSetAside(OverriddenRule rule) {
    override(approved(rule));
    assertRefused(flow.run(SET));
  }

  @Test
  void shouldStoreNothingOnceTheVersionThatCarriedTheOverrideIsReplacedByOneWithout() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    parents.apply(Sets.version(2, "adapter-1", "set-0", "request-of-set-0").build());
    assertRefused(flow.run(SET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Gates.NO_OP,
        Gates.FINITE,
        Gates.FORGETTING,
        Gates.RESURRECTED,
        Gates.INT8,
        Gates.PARAPHRASE
      })
  void shouldStoreNothingThatAnotherGateRefused(String gate) {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    refusedBy(gate);
    assertRefused(flow.run(SET));
  }

  @Test
  void shouldStoreItUntilTheLastMillisecondOfTheOverride() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    clock.advance(Duration.between(Sets.NOW, EXPIRES_AT).minusMillis(1));
    assertThat(candidateOf(flow.run(SET)).getAdapterId()).isEqualTo(ADAPTER);
  }

  @Test
  void shouldStoreNothingFromTheMomentTheOverrideExpires() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    clock.advance(Duration.between(Sets.NOW, EXPIRES_AT));
    assertRefused(flow.run(SET));
  }

  @Test
  void shouldStoreNothingWhereTheOverrideExpiredWhileTheSetWasTrained() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    engine.duringTraining = () -> clock.advance(Duration.between(Sets.NOW, EXPIRES_AT));
    assertRefused(flow.run(SET), 3600);
  }

  @Test
  void shouldTryASetAnewThatIsRedrivenUnderTheOverrideAfterItsCandidateWasRefused() {
    flow.committed(flow.run(SET));
    override(approved(OverriddenRule.UTILITY_FLOOR));
    assertThat(candidateOf(flow.run(SET)).getAdapterId()).isEqualTo(ADAPTER);
  }

  @Test
  void shouldContinueTheOverriddenCandidateWithASetThatHeldNothing() {
    override(approved(OverriddenRule.UTILITY_FLOOR));
    flow.committed(flow.run(SET));
    ForgetSetClosed heldNothing = Sets.set("set-2", 3).build();

    Settled early = flow.run(heldNothing);
    assertThat(early.outcome()).isInstanceOf(Outcome.DeadLetter.class);
    assertThat(((Outcome.DeadLetter) early.outcome()).error())
        .hasMessage(
            "waited PT0.001S (lethe.parent-wait) in vain: the candidate of forget set set-1 is not"
                + " released; see GET /v1/refusals of adapter-catalog");

    parents.apply(
        Sets.version(2, ADAPTER, "set-1", "request-of-set-0", "request-of-set-1").build());
    AdapterTrained candidate = candidateOf(flow.run(heldNothing));
    assertThat(candidate.getParentAdapterId()).isEqualTo(ADAPTER);
    assertThat(candidate.getAdapterId()).isEqualTo(ADAPTER);
  }

  private void refusedBy(String gate) {
    engine.gates = ORDER.subList(0, ORDER.indexOf(gate) + 1);
    engine.failingGate = gate;
  }

  private void override(RuleOverride.Builder override) {
    parents.apply(
        Sets.version(1, "adapter-1", "set-0", "request-of-set-0")
            .setRuleOverride(override.build())
            .build());
  }

  private static RuleOverride.Builder approved(OverriddenRule rule) {
    return RuleOverride.newBuilder()
        .setRule(rule)
        .setProposedBy("anna")
        .setWhy("the deadline is near")
        .setProposedAt(Sets.NOW)
        .setApprovedBy("ben")
        .setApprovedAt(Sets.NOW)
        .setExpiresAt(EXPIRES_AT);
  }

  /** What every candidate of the set says that a gate refused. */
  private AdapterTrained.Builder expected() {
    return AdapterTrained.newBuilder()
        .setModelId(Sets.MODEL)
        .setForgetSetId("set-1")
        .setForgetSetSequence(2)
        .setForgetSetDigest("digest-of-set-1")
        .setRequestIds(List.of("request-of-set-1"))
        .setParentAdapterId("adapter-1")
        .setRecommenderDigest(Sets.DIGEST)
        .setMethod("fake")
        .setSteps(4)
        .setAccepted(false)
        .setTrainedAt(clock.instant());
  }

  private static GateResult gate(String name, boolean passed) {
    return GateResult.newBuilder().setGate(name).setValue(0.5).setPassed(passed).build();
  }

  private void assertRefused(Settled settled) {
    assertRefused(settled, 0);
  }

  /** Published with every verdict, and with neither id nor place, since nothing was stored. */
  private void assertRefused(Settled settled, double trainSeconds) {
    assertThat(candidateOf(settled))
        .isEqualTo(
            expected()
                .setGates(
                    engine.gates.stream()
                        .map(name -> gate(name, !name.equals(engine.failingGate)))
                        .toList())
                .setTrainSeconds(trainSeconds)
                .build());
    assertThat(engine.stored).isEmpty();
  }

  private void retain(String slot, boolean heldOut, String sampleId) {
    reservoir.apply(slot, new RetainSampled(slot, heldOut, Sets.sample(sampleId)));
  }

  private static AdapterTrained candidateOf(Settled settled) {
    assertThat(settled.outcome()).isInstanceOf(Outcome.Publish.class);
    return ((Outcome.Publish) settled.outcome()).candidate();
  }
}
