package io.lethe.intake.kafka;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The Kafka door's threads. Each reads partitions of its own, so that the order of a subject's
 * requests is kept, and while one waits for the broker another works.
 */
public final class SubmissionLoops implements AutoCloseable {
  private final List<SubmissionLoop> loops;

  /** Loops that share nothing but the group; at least one. */
  public SubmissionLoops(List<SubmissionLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /** Starts all; returns at once. */
  public void start() {
    loops.forEach(SubmissionLoop::start);
  }

  /** When the loop that is furthest behind last came round. */
  public Instant lastTurnAt() {
    return loops.stream()
        .map(SubmissionLoop::lastTurnAt)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** True while every loop runs. */
  public boolean isRunning() {
    return loops.stream().allMatch(SubmissionLoop::isRunning);
  }

  /** Stops all, and waits at most 10 s each for the records in hand. */
  @Override
  public void close() {
    loops.forEach(SubmissionLoop::askToStop);
    loops.forEach(SubmissionLoop::close);
  }
}
