package io.lethe.worker.unlearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.worker.Sets;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.Digests;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLifecycle.Phase;
import io.lethe.worker.domain.JobLifecycle.Transition;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.UnprocessableForgetSetException;
import io.lethe.worker.publish.CandidateStorage;
import io.lethe.worker.unlearn.UnlearningFlow.Settled;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnlearningFlowTest {
  private static final Set<Transition> visited = new HashSet<>();

  @TempDir private Path stateDirectory;

  private final FakeEngine engine = new FakeEngine();
  private final Clock clock = Clock.fixed(Sets.NOW, ZoneOffset.UTC);
  private final ParentTracker parents = new ParentTracker(Sets.DIGEST, 100, clock);
  private final RetainReservoir reservoir = new RetainReservoir(100);
  private final TitleIndex titles = new TitleIndex(100);
  private final JobLog jobs = new JobLog(10);
  private Phase stopsAt;
  private UnlearningFlow flow;

  @BeforeEach
  void fillTheTables() {
    parents.apply(Sets.version(0, null, null).build());
    parents.caughtUp();
    retain("train-0-0", false, "kept");
    retain("held-0-0", true, "held");
    reservoir.caughtUp();
    titles.apply("item-a", new CatalogItem("item-a", "Alpha", List.of(), null));
    flow = newFlow(2);
  }

  @AfterAll
  static void everyTransitionIsVisited() {
    assertThat(JobLifecycle.TRANSITIONS)
        .as("transitions that no test of the flow drove")
        .allMatch(visited::contains);
  }

  @Test
  void shouldPublishAnAcceptedCandidateOfTheReleasedVersion() {
    parents.apply(Sets.version(1, "adapter-1", "set-0", "request-of-set-0").build());
    Settled settled = flow.run(Sets.set("set-1", 2, Sets.sample("a")).build());

    AdapterTrained candidate = candidateOf(settled);
    String adapterId = "adapter-adapter-1-" + Long.toHexString(Digests.seed("set-1"));
    assertThat(candidate.getAccepted()).isTrue();
    assertThat(candidate.getAdapterId()).isEqualTo(adapterId);
    assertThat(candidate.getUri()).isEqualTo("file:/adapters/" + adapterId);
    assertThat(candidate.getParentAdapterId()).isEqualTo("adapter-1");
    assertThat(candidate.getRecommenderDigest()).isEqualTo(Sets.DIGEST);
    assertThat(candidate.getForgetSetId()).isEqualTo("set-1");
    assertThat(candidate.getForgetSetSequence()).isEqualTo(2);
    assertThat(candidate.getForgetSetDigest()).isEqualTo("digest-of-set-1");
    assertThat(candidate.getRequestIds()).containsExactly("request-of-set-1");
    assertThat(candidate.getMethod()).isEqualTo("fake");
    assertThat(candidate.getSteps()).isEqualTo(4);
    assertThat(candidate.getGates()).hasSize(2);
    assertThat(settled.job().phase()).isEqualTo(Phase.COMMITTING);
    flow.committed(settled);
    assertThat(settled.job().phase()).isEqualTo(Phase.PUBLISHED);
    assertThat(engine.open).isZero();
  }

  @Test
  void shouldShowTitlesAndKeepTheForgottenOutOfTheRetainSlice() {
    retain("train-0-1", false, "a");
    flow.run(Sets.set("set-1", 1, Sets.sample("a")).build());
    UnlearningEngine.Rows rows = engine.trained.get(0);
    assertThat(rows.forget()).extracting(Example::id).containsExactly("a");
    assertThat(rows.forget().get(0).prompt().target()).isEqualTo("Alpha");
    assertThat(rows.forget().get(0).prompt().history().get(0).title()).isEqualTo("seen-by-a");
    assertThat(rows.retain()).extracting(Example::id).containsExactly("kept");
    assertThat(rows.heldOut()).extracting(Example::id).containsExactly("held");
  }

  @Test
  void shouldGiveTheSameAdapterWhenTheWorkerStartsAgain() {
    ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
    AdapterTrained before = candidateOf(flow.run(set));
    AdapterTrained after = candidateOf(newFlow(2).run(set));
    assertThat(after.getAdapterId()).isEqualTo(before.getAdapterId());
    assertThat(engine.trained.get(1)).isEqualTo(engine.trained.get(0));
    assertThat(engine.seeds.get(1)).isEqualTo(engine.seeds.get(0));
  }

  @Test
  void shouldNotTrainASetTwice() {
    ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
    flow.committed(flow.run(set));
    Settled again = flow.run(set);
    assertThat(again.outcome())
        .isEqualTo(new Outcome.Acknowledge("its candidate is published and awaits release"));
    flow.committed(again);
    assertThat(again.job().phase()).isEqualTo(Phase.ACKNOWLEDGED);
    assertThat(engine.trained).hasSize(1);
  }

  @Test
  void shouldPublishTheParentAgainWhenTheSubjectsHeldNothing() {
    parents.apply(Sets.version(1, "adapter-1", "set-0", "request-of-set-0").build());
    AdapterTrained candidate = candidateOf(flow.run(Sets.set("set-1", 2).build()));
    assertThat(candidate.getAdapterId()).isEqualTo("adapter-1");
    assertThat(candidate.getUri()).isEqualTo("file:/adapters/adapter-1");
    assertThat(candidate.getMethod()).isEqualTo("none");
    assertThat(candidate.getSteps()).isZero();
    assertThat(candidate.getAccepted()).isTrue();
    assertThat(candidate.getGates()).isEmpty();
    assertThat(engine.trained).isEmpty();
  }

  @Test
  void shouldAcknowledgeASetWithoutRequestsAndLetTheNextOneGo() {
    Settled empty = flow.run(Sets.set("set-1", 1).setRequestIds(List.of()).build());
    assertThat(empty.outcome())
        .isEqualTo(new Outcome.Acknowledge("every request of the set was withdrawn"));
    flow.committed(empty);
    assertThat(candidateOf(flow.run(Sets.set("set-2", 2, Sets.sample("a")).build())).getAccepted())
        .isTrue();
  }

  @Test
  void shouldNameASetOfMerePartsByItsOwnId() {
    Settled parts =
        flow.run(Sets.set("set-1", 1, Sets.sample("a")).setRequestIds(List.of()).build());
    assertThat(candidateOf(parts).getRequestIds()).containsExactly("set-1");
  }

  @Test
  void shouldDeadLetterASetThatMustNotBeForgottenBeforeAnEarlierOne() {
    assertDeadLetter(
        flow.run(Sets.set("set-2", 2).setRequiredWatermark(List.of("r1")).build()),
        "redrive that set, then this one");
    assertThat(engine.trained).isEmpty();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F19,
      level = FaultLevel.UNIT,
      does = "A gate refuses a candidate.",
      load = "1 set",
      oracle = "It is published as refused, with gate and value, and never stored.")
  void shouldPublishARefusedCandidateWithoutStoringIt() {
    engine.failingGate = "utility-floor";
    AdapterTrained candidate =
        candidateOf(flow.run(Sets.set("set-1", 1, Sets.sample("a")).build()));
    assertThat(candidate.getAccepted()).isFalse();
    assertThat(candidate.getAdapterId()).isNull();
    assertThat(candidate.getUri()).isNull();
    assertThat(candidate.getGates().get(1).getPassed()).isFalse();
    assertThat(engine.stored).isEmpty();
  }

  @Test
  void shouldStartOverWhenAnotherVersionWasReleasedMeanwhile() {
    engine.duringTraining =
        () -> parents.apply(Sets.version(1, "adapter-1", "set-0", "request-of-set-0").build());
    AdapterTrained candidate =
        candidateOf(flow.run(Sets.set("set-1", 2, Sets.sample("a")).build()));
    assertThat(candidate.getParentAdapterId()).isEqualTo("adapter-1");
    assertThat(engine.trained).hasSize(2);
  }

  @Test
  void shouldGiveUpStartingOverAtTheLimit() {
    long[] version = {0};
    engine.duringTraining =
        () -> {
          version[0]++;
          parents.apply(Sets.version(version[0], "adapter-" + version[0], "x", "r").build());
        };
    Settled settled = flow.run(Sets.set("set-1", 1, Sets.sample("a")).build());
    assertDeadLetter(settled, "lethe.restarts-max");
    assertThat(engine.trained).hasSize(3);
  }

  @Test
  void shouldAcknowledgeWhenAnotherWorkerFinishedTheSetMeanwhile() {
    engine.duringTraining =
        () -> parents.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    assertThat(flow.run(Sets.set("set-1", 1, Sets.sample("a")).build()).outcome())
        .isInstanceOf(Outcome.Acknowledge.class);
  }

  @Test
  void shouldCommitAgainInsteadOfTrainingAgainAfterAFailedCommit() {
    ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
    Settled first = flow.run(set);
    flow.aborted(first, new KafkaException("the broker is away"));
    assertThat(first.job().phase()).isEqualTo(Phase.INTERRUPTED);
    Settled second = flow.run(set);
    assertThat(candidateOf(second)).isSameAs(candidateOf(first));
    assertThat(engine.trained).hasSize(1);
  }

  @Test
  void shouldTryToStoreAgainWhenTheDiskWasFull() {
    engine.storeFailures = 2;
    assertThat(candidateOf(flow.run(Sets.set("set-1", 1, Sets.sample("a")).build())).getAccepted())
        .isTrue();
  }

  @Test
  void shouldDeadLetterWithTheRemedyWhenTheDiskStaysFull() {
    engine.storeFailures = 3;
    Settled settled = flow.run(Sets.set("set-1", 1, Sets.sample("a")).build());
    assertDeadLetter(settled, "no space left on the device; free space below lethe.artefact-store");
    flow.committed(settled);
    assertThat(settled.job().phase()).isEqualTo(Phase.DEAD_LETTERED);
  }

  @Test
  void shouldDeadLetterWhenTheParentIsNotReleasedInTime() {
    parents.apply(Sets.candidate("set-0", "adapter-1", null, true).build());
    assertDeadLetter(flow.run(Sets.set("set-1", 2, Sets.sample("a")).build()), "lethe.parent-wait");
  }

  @Test
  void shouldDeadLetterWhenThereIsNothingToKeep() {
    reservoir.apply("held-0-0", null);
    assertDeadLetter(
        flow.run(Sets.set("set-1", 1, Sets.sample("a")).build()),
        "retain.sampled holds 1 samples to keep and 0 held out");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F18,
      level = FaultLevel.UNIT,
      does = "The engine fails in the middle of a set.",
      load = "1 set",
      oracle = "The set is a dead letter with its reason; the worker goes on.")
  void shouldDeadLetterWhatTheEngineRefusesOrFailsOn() {
    engine.failsOnBegin = new EngineException("the adapter store holds no abc");
    assertDeadLetter(
        flow.run(Sets.set("set-1", 1, Sets.sample("a")).build()),
        "the engine refuses the set: the adapter store holds no abc");
    engine.failsOnBegin = null;
    engine.failsOnTraining = new IllegalStateException("tensor");
    assertThat(flow.run(Sets.set("set-2", 1, Sets.sample("a")).build()).outcome())
        .isEqualTo(new Outcome.DeadLetter(engine.failsOnTraining, 1));
    assertThat(engine.open).isZero();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F18,
      level = FaultLevel.UNIT,
      does =
          "Has the engine fail as PyTorch does where a GPU has no memory left, or is lost, again and"
              + " again.",
      load = "1 set",
      oracle =
          "The process ends each time and condemns nothing; the set is a dead letter, with its"
              + " deadline, only once it was begun lethe.attempts-max times.",
      limit = "5 tries unless configured")
  void shouldEndTheProcessWhenTheDeviceFailsAndGiveTheSetUpAtTheLimit() {
    engine.failsOnTraining =
        new IllegalStateException(
            new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB."));
    ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
    for (int process = 0; process < 2; process++) {
      flow = newFlow(2);
      assertThatThrownBy(() -> flow.run(set))
          .isInstanceOf(DeviceFaultError.class)
          .hasMessageContaining("lethe.device");
      assertThat(jobs.current()).isEmpty();
      assertThat(engine.open).isZero();
    }
    flow = newFlow(2);
    assertDeadLetter(flow.run(set), "started 2 times (lethe.attempts-max) without an end");
  }

  @Test
  void shouldDeadLetterWhenTheGatesCannotBeMeasured() {
    engine.failsOnGates = new IllegalStateException("tensor");
    Settled settled = flow.run(Sets.set("set-1", 1, Sets.sample("a")).build());
    assertThat(settled.outcome()).isEqualTo(new Outcome.DeadLetter(engine.failsOnGates, 1));
    assertThat(settled.job().snapshot().detail()).isEqualTo("IllegalStateException");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"WAITING_FOR_PARENT", "ASSEMBLING", "UNLEARNING", "GATING", "STORING"})
  void shouldEndWithoutAnOutcomeWhenTheWorkerStopsIn(Phase phase) {
    stopsAt = phase;
    engine.storeFailures = phase == Phase.STORING ? 1 : 0;
    if (phase == Phase.ASSEMBLING) {
      reservoir.apply("held-0-0", null);
      Thread.currentThread().interrupt();
      stopsAt = null;
    }
    assertThatThrownBy(() -> flow.run(Sets.set("set-1", 1, Sets.sample("a")).build()))
        .isInstanceOf(JobInterruptedException.class);
    assertThat(Thread.interrupted()).isEqualTo(phase == Phase.ASSEMBLING);
    assertThat(jobs.snapshots().get(0).phase()).isEqualTo(Phase.INTERRUPTED);
    assertThat(engine.open).isZero();
  }

  @Test
  void shouldDeadLetterASetThatEndedTheWorkerTooOften() {
    ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
    AttemptLog attempts = new AttemptLog(stateDirectory);
    attempts.begin("set-1");
    attempts.begin("set-1");
    Settled settled = flow.run(set);
    assertDeadLetter(settled, "started 2 times (lethe.attempts-max) without an end");
    flow.committed(settled);
    assertThat(attempts.attempts("set-1")).isZero();
  }

  @Test
  void shouldShowWhatWasMeasured() {
    flow.run(Sets.set("set-1", 1, Sets.sample("a")).build());
    Job.Snapshot job = jobs.snapshots().get(0);
    assertThat(job.step()).isEqualTo("student");
    assertThat(job.stepsDone()).isEqualTo(2);
    assertThat(job.stepsTotal()).isEqualTo(4);
    assertThat(job.loss()).isEqualTo(0.25);
    assertThat(job.confidenceBefore()).isEqualTo(0.6);
    assertThat(job.confidenceAfter()).isEqualTo(0.4);
    assertThat(job.confidenceTarget()).isEqualTo(0.5);
    assertThat(job.gates()).hasSize(2);
  }

  private UnlearningFlow newFlow(int attemptsMax) {
    return new UnlearningFlow(
        engine,
        parents,
        reservoir,
        new ExampleAssembler(titles),
        new CandidateStorage(3, Duration.ofMillis(1), parents::awaitStop),
        new AttemptLog(stateDirectory),
        jobs,
        new FlowLimits(
            Duration.ofMillis(1),
            stopsAt == null ? Duration.ofMillis(1) : Duration.ofMinutes(1),
            1,
            attemptsMax,
            2,
            3,
            Duration.ofMillis(1)),
        clock,
        this::observe,
        () -> {});
  }

  private void observe(Transition transition) {
    visited.add(transition);
    if (transition.to() == stopsAt) {
      flow.stop();
    }
  }

  private void retain(String slot, boolean heldOut, String sampleId) {
    reservoir.apply(slot, new RetainSampled(slot, heldOut, Sets.sample(sampleId)));
  }

  private static AdapterTrained candidateOf(Settled settled) {
    assertThat(settled.outcome()).isInstanceOf(Outcome.Publish.class);
    return ((Outcome.Publish) settled.outcome()).candidate();
  }

  private static void assertDeadLetter(Settled settled, String words) {
    assertThat(settled.outcome())
        .isInstanceOfSatisfying(
            Outcome.DeadLetter.class,
            letter ->
                assertThat(letter.error())
                    .isInstanceOf(UnprocessableForgetSetException.class)
                    .hasMessageContaining(words));
  }
}
