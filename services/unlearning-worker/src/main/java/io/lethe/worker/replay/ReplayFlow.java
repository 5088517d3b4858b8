package io.lethe.worker.replay;

import io.lethe.engine.Example;
import io.lethe.engine.Progress;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.Replay;
import io.lethe.worker.domain.ReplayLifecycle;
import io.lethe.worker.domain.ReplayLifecycle.Event;
import io.lethe.worker.domain.ReplayTarget;
import io.lethe.worker.gate.GateResults;
import io.lethe.worker.publish.CandidateRecords;
import io.lethe.worker.publish.CandidateStorage;
import io.lethe.worker.unlearn.DeviceFaultError;
import io.lethe.worker.unlearn.UnlearningEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One exact tuning from the version that it is to replace to its published candidate, and the
 * shredding of what an exact version made superfluous. Runs on the training thread; nothing it does
 * is visible to others before the candidate is committed, save an adapter in the store that no
 * event names. Whatever goes wrong is tried again; nothing is lost by it, since the approximate
 * version stays released.
 */
public final class ReplayFlow {
  private static final Logger LOG = Logger.getLogger(ReplayFlow.class);
  private static final String ATTEMPTS_PREFIX = "exact/";

  private final ReplayEngine engine;
  private final ParentTracker parents;
  private final RetainReservoir reservoir;
  private final ExampleAssembler assembler;
  private final CandidateStorage storage;
  private final AttemptLog attempts;
  private final Consumer<AdapterTrained> publisher;
  private final int attemptsMax;
  private final Duration retryPause;
  private final Duration readBackMax;
  private final Clock clock;
  private final Consumer<ReplayLifecycle.Transition> observer;
  private final Runnable heartbeat;
  private final Consumer<Replay.Snapshot> onEnd;
  private volatile Replay last;
  private volatile String closedFor;
  private volatile String shreddedFor;
  private volatile Instant replayNotBefore = Instant.MIN;
  private volatile Instant shredNotBefore = Instant.MIN;

  /**
   * A flow over its parts.
   *
   * @param publisher commits the candidate before it returns, or fails; what it committed comes
   *     back to {@code parents} from the topic
   * @param attemptsMax failures in a row, ends of the process included, after which an adapter is
   *     left alone until the next start
   * @param retryPause after a failure
   * @param readBackMax how long a committed candidate may take to be read back
   * @param observer told each transition of each attempt, before the phase's work begins
   * @param heartbeat run whenever the work moved on
   * @param onEnd told each attempt that has ended
   */
  public ReplayFlow(
      ReplayEngine engine,
      ParentTracker parents,
      RetainReservoir reservoir,
      ExampleAssembler assembler,
      CandidateStorage storage,
      AttemptLog attempts,
      Consumer<AdapterTrained> publisher,
      int attemptsMax,
      Duration retryPause,
      Duration readBackMax,
      Clock clock,
      Consumer<ReplayLifecycle.Transition> observer,
      Runnable heartbeat,
      Consumer<Replay.Snapshot> onEnd) {
    this.engine = engine;
    this.parents = parents;
    this.reservoir = reservoir;
    this.assembler = assembler;
    this.storage = storage;
    this.attempts = attempts;
    this.publisher = publisher;
    this.attemptsMax = attemptsMax;
    this.retryPause = retryPause;
    this.readBackMax = readBackMax;
    this.clock = clock;
    this.observer = observer;
    this.heartbeat = heartbeat;
    this.onEnd = onEnd;
  }

  /**
   * Whether the released version stays an approximation until the next start: its recommender keeps
   * no rows for an exact tuning, or the tuning failed too often.
   */
  public boolean isClosed() {
    return parents
        .replayTarget()
        .filter(target -> target.parent().adapterId().equals(closedFor))
        .isPresent();
  }

  /** The version to replace now; empty where there is none, or a failure is too fresh. */
  public Optional<ReplayTarget> due() {
    return clock.instant().isBefore(replayNotBefore)
        ? Optional.empty()
        : parents.replayTarget().filter(target -> !target.parent().adapterId().equals(closedFor));
  }

  /** Whether an exact version was released whose superfluous rows this process has not shredded. */
  public boolean isShredDue() {
    return shreddable().isPresent();
  }

  /** Shreds what the last exact version made superfluous; a failure is tried again later. */
  public void shred() {
    Parent exact = shreddable().orElse(null);
    if (exact == null) {
      return;
    }
    try {
      engine.shred(exact);
      shreddedFor = exact.adapterId();
      LOG.infof("shredded: the rows that exact version %d left out", exact.version());
    } catch (RuntimeException failed) {
      shredNotBefore = clock.instant().plus(retryPause);
      LOG.errorf(
          failed,
          "the rows that exact version %d left out are not shredded yet, next try in %s; see that"
              + " lethe.recommender-folder can be written",
          exact.version(),
          retryPause);
    }
  }

  /**
   * Replaces the version that is due, if there is one. Returns when the attempt has ended, however.
   *
   * @param yields asked after every step of the tuning; true ends the attempt
   * @return the attempt; empty where nothing was due
   */
  public Optional<Replay.Snapshot> run(BooleanSupplier yields) {
    Optional<ReplayTarget> due = due();
    due.ifPresent(target -> attempt(target, yields));
    return due.map(target -> last.snapshot());
  }

  /** The attempt that runs, or the last one; empty before the first. */
  public Optional<Replay.Snapshot> last() {
    return Optional.ofNullable(last).map(Replay::snapshot);
  }

  private void attempt(ReplayTarget target, BooleanSupplier yields) {
    Replay replay = new Replay(target, clock, observer);
    last = replay;
    String adapterId = target.parent().adapterId();
    int attempt = attempts.begin(ATTEMPTS_PREFIX + adapterId);
    try {
      work(replay, target, yields);
      attempts.end(ATTEMPTS_PREFIX + adapterId);
    } catch (JobInterruptedException interrupted) {
      replay.end(Event.YIELD, interrupted.getMessage());
      attempts.end(ATTEMPTS_PREFIX + adapterId);
    } catch (OvertakenException overtaken) {
      replay.end(Event.OVERTAKE, overtaken.getMessage());
      attempts.end(ATTEMPTS_PREFIX + adapterId);
    } catch (RuntimeException failed) {
      fail(replay, target, attempt, failed);
      DeviceFaultError.throwIfDevice(failed);
    }
    tell(replay.snapshot());
    onEnd.accept(replay.snapshot());
  }

  private void work(Replay replay, ReplayTarget target, BooleanSupplier yields) {
    if (!engine.isOpenFor(target.parent())) {
      closedFor = target.parent().adapterId();
      replay.end(Event.CLOSE, "its adapter cannot be replaced by an exact tuning");
      return;
    }
    AdapterTrained candidate;
    try (UnlearningEngine.Run run = engine.begin(target.parent(), heldOut())) {
      replay.take(Event.REPLAY);
      UnlearningEngine.Trained trained =
          run.train(progress -> progressed(replay, target, yields, progress));
      replay.take(Event.GATE);
      List<GateResult> gates = run.gate();
      replay.gated(gates);
      heartbeat.run();
      UnlearningEngine.Stored stored = null;
      if (GateResults.allPassed(gates)) {
        requireCurrent(target);
        replay.take(Event.STORE);
        stored = storage.store(run);
      }
      candidate =
          CandidateRecords.exact(
              requireCurrent(target), trained, gates, stored, replay.seconds(), clock.instant());
    }
    replay.take(Event.SETTLE);
    publisher.accept(candidate);
    // Forget sets wait for a published candidate, so it counts as published once it was read back.
    if (!parents.awaitExactCandidate(candidate.getParentAdapterId(), readBackMax)) {
      throw new IllegalStateException(
          "the candidate was not read back from adapter.trained within " + readBackMax);
    }
    replay.take(Event.COMMIT);
  }

  /** The rows that utility is judged by, as far as they are at hand. */
  private List<Example> heldOut() {
    try {
      return assembler.assemble(reservoir.await(Set.of(), 0, Duration.ZERO).heldOut());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the reservoir", e);
    }
  }

  private void progressed(
      Replay replay, ReplayTarget target, BooleanSupplier yields, Progress progress) {
    if (yields.getAsBoolean()) {
      throw new JobInterruptedException("a forget set or the end of the worker came first");
    }
    requireCurrent(target);
    replay.progressed(progress.phase(), progress.step(), progress.totalSteps());
    heartbeat.run();
  }

  /**
   * The target as it is now.
   *
   * @throws OvertakenException when another adapter is released or on its way
   */
  private ReplayTarget requireCurrent(ReplayTarget target) {
    return parents
        .replayTarget()
        .filter(now -> now.parent().adapterId().equals(target.parent().adapterId()))
        .orElseThrow(OvertakenException::new);
  }

  private Optional<Parent> shreddable() {
    return clock.instant().isBefore(shredNotBefore)
        ? Optional.empty()
        : parents.latestExact().filter(exact -> !exact.adapterId().equals(shreddedFor));
  }

  private void fail(Replay replay, ReplayTarget target, int attempt, RuntimeException failed) {
    replayNotBefore = clock.instant().plus(retryPause);
    String remedy = "next try in " + retryPause;
    if (attempt >= attemptsMax) {
      closedFor = target.parent().adapterId();
      attempts.end(ATTEMPTS_PREFIX + closedFor);
      remedy =
          "it is left alone until the next start (lethe.attempts-max), and the next version is tried"
              + " again";
    }
    replay.end(Event.FAIL, failed.getClass().getSimpleName());
    LOG.errorf(
        failed,
        "exact tuning in place of version %d fails, try %d of %d; %s",
        target.parent().version(),
        attempt,
        attemptsMax,
        remedy);
  }

  private static void tell(Replay.Snapshot end) {
    LOG.infof(
        "exact tuning %s: version=%d, requests=%d, seconds=%.1f%s",
        end.phase(),
        end.version(),
        end.requests(),
        end.seconds(),
        end.detail() == null ? "" : ", " + end.detail());
  }

  /** The candidate would be refused as stale. */
  private static final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertakenException() {
      super("another version was released meanwhile, or is on its way");
    }
  }
}
