package io.lethe.worker.domain;

import io.lethe.schemas.event.GateResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * One attempt at an exact tuning, as operators see it. The training thread writes, HTTP threads
 * read snapshots.
 */
public final class Replay {
  /**
   * An attempt at one moment.
   *
   * @param version the version that the exact one is to replace
   * @param requests of its watermark
   * @param step what the tuning is doing; null before it runs, or where it does not tell
   * @param detail why it ended as it did; null where there is nothing to say
   * @param seconds since it began, until the end where there is one
   */
  public record Snapshot(
      long version,
      String parentAdapterId,
      int requests,
      ReplayLifecycle.Phase phase,
      String step,
      int stepsDone,
      int stepsTotal,
      List<GateResult> gates,
      String detail,
      Instant startedAt,
      double seconds) {}

  private final ReplayTarget target;
  private final Clock clock;
  private final Consumer<ReplayLifecycle.Transition> observer;
  private final Instant startedAt;
  private ReplayLifecycle.Phase phase = ReplayLifecycle.Phase.DUE;
  private String step;
  private int stepsDone;
  private int stepsTotal;
  private List<GateResult> gates = List.of();
  private String detail;
  private Instant endedAt;

  /**
   * An attempt that begins.
   *
   * @param observer told each transition, on the thread that makes it
   */
  public Replay(ReplayTarget target, Clock clock, Consumer<ReplayLifecycle.Transition> observer) {
    this.target = target;
    this.clock = clock;
    this.observer = observer;
    this.startedAt = clock.instant();
  }

  /** Moves on. */
  public void take(ReplayLifecycle.Event event) {
    ReplayLifecycle.Transition transition;
    synchronized (this) {
      transition = ReplayLifecycle.next(phase, event);
      phase = transition.to();
      if (ReplayLifecycle.isFinal(phase)) {
        endedAt = clock.instant();
      }
    }
    observer.accept(transition);
  }

  /** Ends it, saying why. */
  public void end(ReplayLifecycle.Event event, String reason) {
    synchronized (this) {
      detail = reason;
    }
    take(event);
  }

  /** Steps done by the tuning. */
  public synchronized void progressed(String newStep, int done, int total) {
    step = newStep;
    stepsDone = done;
    stepsTotal = total;
  }

  public synchronized void gated(List<GateResult> verdicts) {
    gates = List.copyOf(verdicts);
  }

  /** Seconds since it began, until the end where there is one. */
  public synchronized double seconds() {
    Instant end = endedAt == null ? clock.instant() : endedAt;
    return Duration.between(startedAt, end).toMillis() / 1000.0;
  }

  public synchronized Snapshot snapshot() {
    return new Snapshot(
        target.parent().version(),
        target.parent().adapterId(),
        target.requestIds().size(),
        phase,
        step,
        stepsDone,
        stepsTotal,
        gates,
        detail,
        startedAt,
        seconds());
  }
}
