package io.lethe.worker.domain;

import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * One attempt at a forget set, as operators see it. The training thread writes, HTTP threads read
 * snapshots.
 */
public final class Job {
  /**
   * An attempt at one moment.
   *
   * @param step steps of the running phase that are done
   * @param loss of the last step; null where there is none
   * @param confidenceBefore mean confidence in the true labels of the forget set under the parent;
   *     null until measured, as are the next two
   * @param detail what is waited for, or why it ended as it did; null where there is nothing to say
   * @param seconds since the claim, until the end where there is one
   * @param curve losses so far, thinned where they are many
   * @param changes how often anything of it changed
   */
  public record Snapshot(
      String forgetSetId,
      long sequence,
      int requests,
      int samples,
      JobLifecycle.Phase phase,
      String step,
      int stepsDone,
      int stepsTotal,
      Double loss,
      Double confidenceBefore,
      Double confidenceAfter,
      Double confidenceTarget,
      List<GateResult> gates,
      String detail,
      Instant startedAt,
      double seconds,
      List<Curve.Point> curve,
      long changes) {}

  private final String forgetSetId;
  private final long sequence;
  private final int requests;
  private final int samples;
  private final Clock clock;
  private final Consumer<JobLifecycle.Transition> observer;
  private final Instant startedAt;
  private final Curve curve = new Curve();
  private JobLifecycle.Phase phase = JobLifecycle.Phase.CLAIMED;
  private String step;
  private int stepsDone;
  private int stepsTotal;
  private Double loss;
  private Double confidenceBefore;
  private Double confidenceAfter;
  private Double confidenceTarget;
  private List<GateResult> gates = List.of();
  private String detail;
  private Instant endedAt;
  private long changes;

  /**
   * A claimed set.
   *
   * @param observer told each transition, on the thread that makes it
   */
  public Job(ForgetSetClosed set, Clock clock, Consumer<JobLifecycle.Transition> observer) {
    this.forgetSetId = set.getForgetSetId();
    this.sequence = set.getSequence();
    this.requests = set.getRequestIds().size();
    this.samples = set.getSamples().size();
    this.clock = clock;
    this.observer = observer;
    this.startedAt = clock.instant();
  }

  /** Moves on. */
  public void take(JobLifecycle.Event event) {
    JobLifecycle.Transition transition;
    synchronized (this) {
      transition = JobLifecycle.next(phase, event);
      phase = transition.to();
      changes++;
      if (JobLifecycle.isFinal(phase)) {
        endedAt = clock.instant();
      }
    }
    observer.accept(transition);
  }

  /** What is waited for, or why it ends as it does. */
  public synchronized void explain(String newDetail) {
    detail = newDetail;
    changes++;
  }

  /** Steps done by the running step of the method. */
  public synchronized void progressed(String newStep, int done, int total, double newLoss) {
    step = newStep;
    stepsDone = done;
    stepsTotal = total;
    loss = finite(newLoss);
    curve.add(newStep, done, newLoss);
    changes++;
  }

  /** Mean confidence in the true labels of the forget set; not finite where unknown. */
  public synchronized void measured(double before, double after, double target) {
    confidenceBefore = finite(before);
    confidenceAfter = finite(after);
    confidenceTarget = finite(target);
    changes++;
  }

  public synchronized void gated(List<GateResult> verdicts) {
    gates = List.copyOf(verdicts);
    changes++;
  }

  public synchronized Snapshot snapshot() {
    return new Snapshot(
        forgetSetId,
        sequence,
        requests,
        samples,
        phase,
        step,
        stepsDone,
        stepsTotal,
        loss,
        confidenceBefore,
        confidenceAfter,
        confidenceTarget,
        gates,
        detail,
        startedAt,
        seconds(),
        curve.points(),
        changes);
  }

  /** Seconds since the claim, until the end where there is one. */
  public synchronized double seconds() {
    Instant end = endedAt == null ? clock.instant() : endedAt;
    return Duration.between(startedAt, end).toMillis() / 1000.0;
  }

  public synchronized JobLifecycle.Phase phase() {
    return phase;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
