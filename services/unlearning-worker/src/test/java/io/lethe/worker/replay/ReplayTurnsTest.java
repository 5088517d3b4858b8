package io.lethe.worker.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.DueDates;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.ReplayLifecycle.Phase;
import io.lethe.worker.publish.CandidateStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTurnsTest {
  private static final Duration AFTER = Duration.ofSeconds(30);
  private static final Duration LEAD = Duration.ofHours(1);

  @TempDir private Path stateDirectory;

  private final FakeReplayEngine engine = new FakeReplayEngine();
  private final ManualClock clock = new ManualClock();
  private final ParentTracker parents = new ParentTracker(Sets.DIGEST, 100, clock);
  private final DueDates dueDates = new DueDates(100);
  private final List<AdapterTrained> published = new ArrayList<>();
  private final List<Runnable> training = new ArrayList<>();
  private boolean holdsPartition = true;
  private ReplayFlow flow;
  private ReplayTurns turns;

  @BeforeEach
  void releaseAnApproximateVersion() {
    parents.apply(Sets.version(1, "adapter-1", "set-1", "request-of-set-1").build());
    parents.caughtUp();
    turns = newTurns(true, training::add);
  }

  @Test
  void shouldTuneOnceNoForgetSetHasBeenThereForLongEnough() {
    clock.advance(AFTER.minusMillis(1));
    turns.look();
    assertThat(training).isEmpty();
    clock.advance(Duration.ofMillis(1));
    turns.look();
    turns.look();
    assertThat(training).as("queued once").hasSize(1);
    train();
    assertThat(published).hasSize(1);
    turns.look();
    assertThat(training).isEmpty();
  }

  @Test
  void shouldCountTheTimeFromTheEndOfTheLastForgetSet() {
    turns.arrived();
    clock.advance(AFTER);
    turns.look();
    assertThat(training).as("a forget set is worked on").isEmpty();
    turns.ended();
    turns.look();
    assertThat(training).as("it has only just ended").isEmpty();
    clock.advance(AFTER);
    turns.look();
    train();
    assertThat(published).hasSize(1);
  }

  @Test
  void shouldGiveWayToAForgetSetThatArrivesMeanwhile() {
    engine.duringTraining = turns::arrived;
    clock.advance(AFTER);
    turns.look();
    train();
    assertThat(published).isEmpty();
    assertThat(flow.last().orElseThrow().phase()).isEqualTo(Phase.YIELDED);
    turns.beforeForgetSet();
    assertThat(engine.tuned).as("its deadline is far").isEmpty();
  }

  @Test
  void shouldNotBeginWhenAForgetSetArrivedBetweenQueueAndTurn() {
    clock.advance(AFTER);
    turns.look();
    turns.arrived();
    train();
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void shouldGoBeforeAForgetSetAsADeadlineComesNear() {
    dueDates.apply("request-of-set-1", request("request-of-set-1").build());
    turns.arrived();
    clock.advance(Duration.between(Sets.NOW, Sets.DUE).minus(LEAD).minusMillis(1));
    turns.look();
    turns.beforeForgetSet();
    assertThat(engine.asked).isEmpty();
    clock.advance(Duration.ofMillis(1));
    engine.duringTraining = turns::arrived;
    turns.beforeForgetSet();
    assertThat(published).as("nor is it interrupted").hasSize(1);
  }

  @Test
  void shouldNotWaitForIdlenessAsADeadlineComesNear() {
    dueDates.apply(
        "request-of-set-1",
        request("request-of-set-1").setDueAt(Sets.NOW.plus(Duration.ofMinutes(1))).build());
    engine.duringTraining = turns::arrived;
    turns.look();
    train();
    assertThat(published).as("nor is it interrupted").hasSize(1);
  }

  @Test
  void shouldNotHastenForARequestThatTheVersionHasNotForgotten() {
    dueDates.apply("another", request("another").setDueAt(Sets.NOW).build());
    turns.look();
    turns.beforeForgetSet();
    assertThat(training).isEmpty();
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void shouldLeaveItToTheWorkerThatIsGivenTheForgetSets() {
    holdsPartition = false;
    clock.advance(AFTER);
    turns.look();
    assertThat(training).isEmpty();
    holdsPartition = true;
    turns.look();
    assertThat(training).hasSize(1);
  }

  @Test
  void shouldShredWithoutWaitingAndWithoutTheForgetSetsPartition() {
    holdsPartition = false;
    parents.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    parents.apply(Sets.version(3, "adapter-2", "set-2", "request-of-set-1").build());
    clock.advance(AFTER);
    turns.look();
    train();
    assertThat(engine.shredded).containsExactly("exact-1");
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void shouldOnlyShredWhereItIsSwitchedOff() {
    turns = newTurns(false, training::add);
    dueDates.apply("request-of-set-1", request("request-of-set-1").setDueAt(Sets.NOW).build());
    clock.advance(AFTER);
    turns.look();
    turns.beforeForgetSet();
    assertThat(training).isEmpty();
    assertThat(engine.asked).isEmpty();
    parents.apply(Sets.version(2, "exact-1", "set-1", "request-of-set-1").setExact(true).build());
    turns.look();
    train();
    assertThat(engine.shredded).containsExactly("exact-1");
  }

  @Test
  void shouldEndWhenTheWorkerStops() {
    engine.duringTraining = turns::stop;
    clock.advance(AFTER);
    turns.look();
    train();
    assertThat(flow.last().orElseThrow().phase()).isEqualTo(Phase.YIELDED);
    turns.look();
    assertThat(training).isEmpty();
  }

  @Test
  void shouldLookAgainWhenTheTrainingThreadTakesNoWork() {
    List<Runnable> refused = new ArrayList<>();
    turns =
        newTurns(
            true,
            work -> {
              refused.add(work);
              throw new RejectedExecutionException("stopped");
            });
    clock.advance(AFTER);
    turns.look();
    turns.look();
    assertThat(refused).hasSize(2);
  }

  private void train() {
    List<Runnable> work = List.copyOf(training);
    training.clear();
    work.forEach(Runnable::run);
  }

  private void publish(AdapterTrained candidate) {
    published.add(candidate);
    parents.apply(candidate);
  }

  private ReplayTurns newTurns(boolean enabled, Executor executor) {
    flow =
        new ReplayFlow(
            engine,
            parents,
            new RetainReservoir(100),
            new ExampleAssembler(new TitleIndex(100)),
            new CandidateStorage(3, Duration.ofMillis(1), parents::awaitStop),
            new AttemptLog(stateDirectory),
            this::publish,
            5,
            AFTER,
            Duration.ofMillis(1),
            clock,
            transition -> {},
            () -> {},
            end -> {});
    return new ReplayTurns(
        flow,
        dueDates,
        executor,
        () -> holdsPartition,
        new ReplayTurns.Limits(enabled, AFTER, LEAD),
        clock);
  }

  private static DeletionProgressed.Builder request(String requestId) {
    return Sets.progressed(requestId, RequestStage.COMPLETED);
  }
}
