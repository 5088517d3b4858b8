package io.lethe.worker.replay;

import io.lethe.worker.domain.DueDates;
import io.lethe.worker.domain.ReplayTarget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Decides when it is the exact path's turn: while forget sets have been absent for a while, or, as
 * the earliest legal deadline comes near, before any of them. Thread-safe.
 */
public final class ReplayTurns {
  private static final Logger LOG = Logger.getLogger(ReplayTurns.class);
  private static final String FAILED = "the exact path's turn failed; it is tried again";

  /**
   * When a turn is.
   *
   * @param enabled false: never; what exact versions of others made superfluous is shredded still
   * @param after how long no forget set must have been there
   * @param lead how long before the earliest legal deadline the exact path goes first
   */
  public record Limits(boolean enabled, Duration after, Duration lead) {}

  private final ReplayFlow flow;
  private final DueDates dueDates;
  private final Executor training;
  private final BooleanSupplier holdsPartition;
  private final Limits limits;
  private final Clock clock;
  private final AtomicBoolean queued = new AtomicBoolean();
  private volatile boolean stopping;
  private int forgetSets;
  private Instant idleSince;

  /**
   * Idle from now on.
   *
   * @param training runs the work on the training thread
   * @param holdsPartition whether the model's forget sets are given to this worker: of several
   *     workers that one alone is to tune
   */
  public ReplayTurns(
      ReplayFlow flow,
      DueDates dueDates,
      Executor training,
      BooleanSupplier holdsPartition,
      Limits limits,
      Clock clock) {
    this.flow = flow;
    this.dueDates = dueDates;
    this.training = training;
    this.holdsPartition = holdsPartition;
    this.limits = limits;
    this.clock = clock;
    this.idleSince = clock.instant();
  }

  /** A forget set was taken from the topic: a running tuning gives way, unless it is urgent. */
  public synchronized void arrived() {
    forgetSets++;
  }

  /** What came of that forget set is committed, or it will be delivered again. */
  public synchronized void ended() {
    forgetSets--;
    idleSince = clock.instant();
  }

  /** On the training thread, before a forget set is worked on: goes first where it is urgent. */
  public void beforeForgetSet() {
    try {
      if (limits.enabled() && flow.due().filter(this::isUrgent).isPresent()) {
        flow.run(() -> stopping);
      }
    } catch (RuntimeException failed) {
      // The forget set must not be lost with it.
      LOG.error(FAILED, failed);
    }
  }

  /**
   * Looks whether there is work, and hands it to the training thread; called every now and then.
   */
  public void look() {
    if (stopping || queued.get()) {
      return;
    }
    boolean replay = isTurn() && holdsPartition.getAsBoolean();
    if ((replay || flow.isShredDue()) && queued.compareAndSet(false, true)) {
      try {
        training.execute(() -> work(replay));
      } catch (RejectedExecutionException stopped) {
        queued.set(false);
      }
    }
  }

  /** Makes a running tuning end at its next step. */
  public void stop() {
    stopping = true;
  }

  private void work(boolean replay) {
    try {
      flow.shred();
      if (replay && isTurn()) {
        flow.run(this::mustYield);
      }
    } catch (RuntimeException failed) {
      LOG.error(FAILED, failed);
    } finally {
      queued.set(false);
    }
  }

  private boolean isTurn() {
    return limits.enabled()
        && !stopping
        && flow.due().filter(target -> isIdle() || isUrgent(target)).isPresent();
  }

  private synchronized boolean isIdle() {
    return forgetSets == 0 && !clock.instant().isBefore(idleSince.plus(limits.after()));
  }

  private boolean mustYield() {
    return stopping || (hasForgetSet() && flow.due().filter(this::isUrgent).isEmpty());
  }

  private synchronized boolean hasForgetSet() {
    return forgetSets > 0;
  }

  private boolean isUrgent(ReplayTarget target) {
    Instant horizon = clock.instant().plus(limits.lead());
    return dueDates.earliest(target.requestIds()).filter(due -> !due.isAfter(horizon)).isPresent();
  }
}
