package io.lethe.ledger.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.lethe.ledger.Events;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.CurvePoint;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.schemas.event.VersionMove;
import io.lethe.schemas.event.VersionPin;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.RecordPosition;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowTableTest {
  private static final VersionPin PIN = new VersionPin("anna", "it answers badly", Events.after(3));
  private static final CanaryShare TENTH = new CanaryShare(List.of(), 10);

  private static final RecordPosition AT = new RecordPosition("forget-set.closed", 0, 7);

  private final FlowTable flow = new FlowTable(3, 3, 3);

  @Test
  void shouldTellHowFarAForgetSetHasCome() {
    flow.closed(Events.closed(Events.REQUEST, Events.SUBJECT, Events.SUBJECT), AT);
    assertThat(state()).isEqualTo(ForgetSetFlow.State.CLOSED);
    flow.progressed(progressed(2, false, 0.9, 0.5));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.IN_WORK);
    assertThat(set().training().curve()).extracting("loss").containsExactly(0.9, 0.5);
    flow.trained(Events.trained(false));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.REFUSED);
    flow.progressed(progressed(4, false));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.IN_WORK);
    flow.progressed(progressed(4, true));
    flow.trained(
        AdapterTrained.newBuilder(Events.trained(true)).setTrainedAt(Events.after(5)).build());
    assertThat(state()).isEqualTo(ForgetSetFlow.State.TRAINED);
    flow.versioned(Events.released(1, Events.REQUEST));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.RELEASED);
    assertThat(set().version()).isEqualTo(1);
    assertThat(set().samples()).isEqualTo(2);
  }

  @Test
  void shouldSayThatAWorkerEndedWithoutACandidate() {
    flow.closed(Events.closed(Events.REQUEST), AT);
    flow.progressed(progressed(2, true));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.ENDED);
  }

  @Test
  void shouldKeepTheVersionThatAddsASetWhenAnExactOneTakesItsPlace() {
    flow.closed(Events.closed(Events.REQUEST), AT);
    flow.trained(Events.trained(true));
    flow.versioned(Events.released(1, Events.REQUEST));
    flow.trained(Events.trainedExact(true));
    flow.versioned(Events.releasedExact(2, Events.REQUEST));
    assertThat(set().version()).isEqualTo(1);
    assertThat(set().candidate().exact()).isFalse();
    assertThat(flow.candidatesOf(Events.SET))
        .extracting(Candidate::exact)
        .containsExactly(false, true);
    assertThat(flow.versions(10)).extracting(LineageVersion::version).containsExactly(2L, 1L);
  }

  @Test
  void shouldTellTheCurrentVersionWithItsPinAndWhatTheNextOneIsTriedOn() {
    flow.versioned(moved(1, VersionStatus.RELEASED).setPin(PIN).setCanary(TENTH).build());
    assertThat(flow.versions(10))
        .extracting(LineageVersion::current, LineageVersion::canary, LineageVersion::pin)
        .containsExactly(
            tuple(
                true,
                new LineageVersion.Canary(List.of(), 10),
                new LineageVersion.Pin("anna", "it answers badly", Events.after(3))));
    // The record of the one before goes on to say so; it holds for the current one alone.
    flow.versioned(moved(2, VersionStatus.RELEASED).build());
    assertThat(flow.versions(10))
        .extracting(
            LineageVersion::version,
            LineageVersion::current,
            LineageVersion::canary,
            LineageVersion::pin)
        .containsExactly(tuple(2L, true, null, null), tuple(1L, false, null, null));
    assertThat(flow.version(1L)).map(LineageVersion::pin).isEmpty();
  }

  @Test
  void shouldTellWhichTrafficAVersionOnTrialAnswersAndThatItIsNotReleased() {
    CanaryShare servers = new CanaryShare(List.of("server-1", "server-2"), 0);
    flow.closed(Events.closed(Events.REQUEST), AT);
    flow.trained(Events.trained(true));
    flow.versioned(
        moved(1, VersionStatus.RELEASED).setForgetSetId(null).setCanary(servers).build());
    flow.versioned(moved(2, VersionStatus.CANARY).setCanary(servers).build());
    assertThat(flow.versions(10))
        .extracting(
            LineageVersion::status,
            LineageVersion::current,
            LineageVersion::trialOnly,
            LineageVersion::canary)
        .containsExactly(
            tuple(
                "CANARY",
                false,
                true,
                new LineageVersion.Canary(List.of("server-1", "server-2"), 0)),
            tuple("RELEASED", true, false, null));
    assertThat(state()).isEqualTo(ForgetSetFlow.State.TRAINED);
    assertThat(set().version()).isNull();

    flow.versioned(moved(2, VersionStatus.RELEASED).build());
    assertThat(flow.version(2L))
        .hasValueSatisfying(promoted -> assertThat(promoted.trialOnly()).isFalse());
    assertThat(state()).isEqualTo(ForgetSetFlow.State.RELEASED);
    assertThat(set().version()).isEqualTo(2);
  }

  @Test
  void shouldNotCallASetReleasedWhoseVersionWasOnTrialOnly() {
    flow.closed(Events.closed(Events.REQUEST), AT);
    flow.trained(Events.trained(true));
    flow.versioned(
        moved(2, VersionStatus.WITHDRAWN)
            .setMove(new VersionMove(MoveKind.END_CANARY, 2L, "anna", "bad", Events.after(5)))
            .build());
    assertThat(flow.version(2L))
        .hasValueSatisfying(ended -> assertThat(ended.trialOnly()).isTrue());
    assertThat(state()).isEqualTo(ForgetSetFlow.State.TRAINED);
  }

  @Test
  void shouldForgetTheEldestBeyondItsBounds() {
    for (long sequence = 1; sequence <= 5; sequence++) {
      flow.closed(
          ForgetSetClosed.newBuilder(Events.closed(Events.REQUEST))
              .setSequence(sequence)
              .setForgetSetId("set-" + sequence)
              .build(),
          new RecordPosition("forget-set.closed", 0, sequence));
      flow.versioned(Events.released(sequence, Events.REQUEST));
      flow.trained(
          AdapterTrained.newBuilder(Events.trained(true))
              .setForgetSetId("set-" + sequence)
              .build());
    }
    assertThat(flow.forgetSets(10)).extracting(ForgetSetFlow::sequence).containsExactly(5L, 4L, 3L);
    assertThat(flow.positionOf("set-2")).isEmpty();
    assertThat(flow.positionOf("set-3").orElseThrow().offset()).isEqualTo(3);
    assertThat(flow.versions(10)).extracting(LineageVersion::version).containsExactly(5L, 4L, 3L);
    assertThat(flow.candidates(2))
        .extracting(Candidate::forgetSetId)
        .containsExactly("set-5", "set-4");
    assertThat(flow.candidates(10)).hasSize(3);
  }

  @Test
  void shouldTakeTheSameFactAgainWithoutEffect() {
    flow.trained(Events.trained(true));
    flow.trained(Events.trained(true));
    assertThat(flow.candidates(10)).hasSize(1);
  }

  private static AdapterVersion.Builder moved(long version, VersionStatus status) {
    return AdapterVersion.newBuilder(Events.released(version, Events.REQUEST)).setStatus(status);
  }

  private ForgetSetFlow.State state() {
    return set().state();
  }

  private ForgetSetFlow set() {
    return flow.forgetSet(Events.SET).orElseThrow();
  }

  private static UnlearningProgressed progressed(long startedAt, boolean ended, double... losses) {
    return UnlearningProgressed.newBuilder()
        .setModelId(Events.MODEL)
        .setForgetSetId(Events.SET)
        .setSequence(1)
        .setReplicaId("worker-0")
        .setPhase(ended ? "published" : "unlearning")
        .setEnded(ended)
        .setStep("student")
        .setStepsDone(losses.length)
        .setStepsTotal(10)
        .setCurve(
            Arrays.stream(losses).mapToObj(loss -> new CurvePoint("student", 1, loss)).toList())
        .setStartedAt(Events.after(startedAt))
        .setUpdatedAt(Events.after(startedAt + 1))
        .build();
  }
}
