package io.lethe.worker.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.Replay;
import io.lethe.worker.domain.ReplayLifecycle;
import io.lethe.worker.domain.ReplayLifecycle.Phase;
import io.lethe.worker.domain.ReplayLifecycle.Transition;
import io.lethe.worker.publish.CandidateStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayFlowTest {
  private static final Set<Transition> visited = new HashSet<>();
  private static final Duration PAUSE = Duration.ofSeconds(30);

  @TempDir private Path stateDirectory;

  private final FakeReplayEngine engine = new FakeReplayEngine();
  private final ManualClock clock = new ManualClock();
  private final ParentTracker parents = new ParentTracker(Sets.DIGEST, 100, clock);
  private final RetainReservoir reservoir = new RetainReservoir(100);
  private final List<AdapterTrained> published = new ArrayList<>();
  private final List<Replay.Snapshot> ended = new ArrayList<>();
  private RuntimeException failsOnCommit;
  private boolean commitIsLost;
  private boolean yields;
  private ReplayFlow flow;

  @BeforeEach
  void releaseAnApproximateVersion() {
    parents.apply(Sets.version(0, null, null).build());
    parents.apply(Sets.candidate("set-1", "adapter-1", null, true).build());
    parents.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    parents.caughtUp();
    flow = newFlow();
  }

  @AfterAll
  static void everyTransitionIsVisited() {
    assertThat(ReplayLifecycle.TRANSITIONS)
        .as("transitions that no test of the flow drove")
        .allMatch(visited::contains);
  }

  @Test
  void shouldPublishAnExactCandidateInPlaceOfTheReleasedVersion() {
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
    AdapterTrained candidate = published.get(0);
    assertThat(candidate.getExact()).isTrue();
    assertThat(candidate.getAccepted()).isTrue();
    assertThat(candidate.getRequestIds()).isEmpty();
    assertThat(candidate.getModelId()).isEqualTo("recommender");
    assertThat(candidate.getForgetSetId()).isEqualTo("set-1");
    assertThat(candidate.getForgetSetSequence()).isEqualTo(1);
    assertThat(candidate.getForgetSetDigest()).isEqualTo("digest-of-set-1");
    assertThat(candidate.getParentAdapterId()).isEqualTo("adapter-1");
    assertThat(candidate.getAdapterId()).isEqualTo("exact-of-adapter-1");
    assertThat(candidate.getUri()).isEqualTo("file:/adapters/exact-of-adapter-1");
    assertThat(candidate.getRecommenderDigest()).isEqualTo(Sets.DIGEST);
    assertThat(candidate.getMethod()).isEqualTo("exact");
    assertThat(candidate.getSteps()).isEqualTo(8);
    assertThat(candidate.getGates()).hasSize(1);
    assertThat(candidate.getTrainedAt()).isEqualTo(Sets.NOW);
    assertThat(engine.runsOpen).isZero();
    assertThat(flow.due()).as("one exact candidate an adapter").isEmpty();
    Replay.Snapshot end = ended.get(0);
    assertThat(end.version()).isEqualTo(1);
    assertThat(end.requests()).isEqualTo(1);
    assertThat(end.step()).isEqualTo("replay");
    assertThat(end.stepsDone()).isEqualTo(2);
    assertThat(end.stepsTotal()).isEqualTo(8);
    assertThat(flow.last()).contains(end);
  }

  @Test
  void shouldJudgeUtilityByTheHeldOutRowsThatAreAtHand() {
    reservoir.apply("held-0-0", new RetainSampled("held-0-0", true, Sets.sample("held")));
    reservoir.apply("train-0-0", new RetainSampled("train-0-0", false, Sets.sample("kept")));
    run();
    assertThat(engine.heldOut.get(0)).extracting(Example::id).containsExactly("held");
  }

  @Test
  void shouldDoNothingWhileNothingApproximateIsReleased() {
    parents.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    assertThat(flow.run(() -> yields)).isEmpty();
    assertThat(engine.asked).isEmpty();
    assertThat(flow.last()).isEmpty();
  }

  @Test
  void shouldLeaveAnAdapterAloneThatCannotBeReplacedAndAskOnce() {
    engine.openForAll = false;
    assertThat(run()).isEqualTo(Phase.CLOSED);
    assertThat(flow.run(() -> yields)).isEmpty();
    assertThat(engine.asked).containsExactly("adapter-1");
    parents.apply(Sets.version(2, "adapter-2", "set-2", "request-of-set-1").build());
    engine.openForAll = true;
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
  }

  @Test
  void shouldPublishARefusedCandidateOnceWithoutStoringIt() {
    engine.failingGate = "finite";
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
    assertThat(published.get(0).getAccepted()).isFalse();
    assertThat(published.get(0).getAdapterId()).isNull();
    assertThat(published.get(0).getUri()).isNull();
    assertThat(engine.stored).isEmpty();
    assertThat(flow.due()).isEmpty();
  }

  @Test
  void shouldGiveWayToAForgetSetAndTryAgain() {
    engine.duringTraining = () -> yields = true;
    assertThat(run()).isEqualTo(Phase.YIELDED);
    assertThat(published).isEmpty();
    assertThat(engine.runsOpen).isZero();
    engine.duringTraining = () -> {};
    yields = false;
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
  }

  @Test
  void shouldEndWhenTheWorkerStopsWhileTheDiskIsFull() {
    engine.storeFailures = 1;
    parents.stop();
    assertThat(run()).isEqualTo(Phase.YIELDED);
    assertThat(published).isEmpty();
  }

  @Test
  void shouldDropTheResultAndBeginAgainWhenAnotherVersionIsReleasedMeanwhile() {
    Runnable release =
        () ->
            parents.apply(Sets.version(2, "adapter-2", "set-2", "request-of-set-1", "r2").build());
    engine.duringTraining = release;
    assertThat(run()).isEqualTo(Phase.STALE);
    engine.duringTraining = () -> {};
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
    assertThat(published).hasSize(1);
    assertThat(published.get(0).getParentAdapterId()).isEqualTo("adapter-2");
    assertThat(published.get(0).getForgetSetId()).isEqualTo("set-2");
  }

  @Test
  void shouldDropAResultThatBecomesStaleWhileItIsGatedOrStored() {
    engine.duringGates =
        () -> parents.apply(Sets.version(2, "adapter-2", "set-2", "request-of-set-1").build());
    assertThat(run()).isEqualTo(Phase.STALE);
    assertThat(engine.stored).isEmpty();
    engine.duringGates = () -> {};
    engine.duringStoring =
        () -> parents.apply(Sets.candidate("set-3", "adapter-3", "adapter-2", true).build());
    assertThat(run()).as("a candidate is on its way").isEqualTo(Phase.STALE);
    assertThat(published).isEmpty();
  }

  @Test
  void shouldNameTheSetOfTheVersionThatIsReleasedWhenItIsPublished() {
    engine.duringTraining =
        () ->
            parents.apply(Sets.version(2, "adapter-1", "set-2", "request-of-set-1", "r2").build());
    assertThat(run()).as("the same adapter with more requests").isEqualTo(Phase.PUBLISHED);
    assertThat(published.get(0).getForgetSetId()).isEqualTo("set-2");
    assertThat(published.get(0).getForgetSetDigest()).isEmpty();
    assertThat(published.get(0).getForgetSetSequence()).isZero();
  }

  @Test
  void shouldTryAgainAfterAPauseWhereverItFails() {
    engine.failsOnAsking = new EngineException("the adapter store holds no adapter-1");
    assertFailedAndPaused();
    engine.failsOnAsking = null;
    engine.failsOnTraining = new IllegalStateException("tensor");
    assertFailedAndPaused();
    engine.failsOnTraining = null;
    engine.failsOnGates = new IllegalStateException("tensor");
    assertFailedAndPaused();
    engine.failsOnGates = null;
    engine.storeFailures = 3;
    assertFailedAndPaused();
    failsOnCommit = new KafkaException("the broker is away");
    assertFailedAndPaused();
    failsOnCommit = null;
    assertThat(published).isEmpty();
    assertThat(engine.runsOpen).isZero();
    // The log of attempts gave the adapter up for this process; a new one begins anew.
    assertThat(flow.due()).isEmpty();
    flow = newFlow();
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
  }

  @Test
  void shouldTryAgainWhenTheCommittedCandidateIsNotReadBack() {
    commitIsLost = true;
    assertFailedAndPaused();
    commitIsLost = false;
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
    assertThat(engine.tuned).containsExactly("adapter-1", "adapter-1");
  }

  @Test
  void shouldNotGiveAnAdapterUpForHavingGivenWayOften() {
    yields = true;
    for (int turn = 0; turn < 10; turn++) {
      assertThat(run()).isEqualTo(Phase.YIELDED);
    }
    yields = false;
    assertThat(run()).isEqualTo(Phase.PUBLISHED);
  }

  @Test
  void shouldShredOnceAfterTheReleaseOfAnExactVersion() {
    assertThat(flow.isShredDue()).isFalse();
    parents.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    parents.apply(Sets.version(3, "adapter-2", "set-2", "request-of-set-1", "r2").build());
    assertThat(flow.isShredDue()).as("also once a later version is released").isTrue();
    flow.shred();
    flow.shred();
    assertThat(engine.shredded).containsExactly("exact-1");
    assertThat(flow.isShredDue()).isFalse();
    newFlow().shred();
    assertThat(engine.shredded).as("again after a start").containsExactly("exact-1", "exact-1");
  }

  @Test
  void shouldShredAgainAfterAPauseWhenItFailed() {
    parents.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    engine.failsOnShredding = new EngineException("read-only");
    flow.shred();
    assertThat(flow.isShredDue()).isFalse();
    engine.failsOnShredding = null;
    clock.advance(PAUSE);
    flow.shred();
    assertThat(engine.shredded).containsExactly("exact-1");
  }

  private void assertFailedAndPaused() {
    assertThat(run()).isEqualTo(Phase.FAILED);
    assertThat(flow.due()).isEmpty();
    clock.advance(PAUSE);
  }

  private Phase run() {
    return flow.run(() -> yields).orElseThrow().phase();
  }

  private ReplayFlow newFlow() {
    return new ReplayFlow(
        engine,
        parents,
        reservoir,
        new ExampleAssembler(new TitleIndex(100)),
        new CandidateStorage(3, Duration.ofMillis(1), parents::awaitStop),
        new AttemptLog(stateDirectory),
        this::publish,
        5,
        PAUSE,
        Duration.ofMillis(1),
        clock,
        visited::add,
        () -> {},
        ended::add);
  }

  private void publish(AdapterTrained candidate) {
    if (failsOnCommit != null) {
      throw failsOnCommit;
    }
    if (!commitIsLost) {
      published.add(candidate);
      parents.apply(candidate);
    }
  }
}
