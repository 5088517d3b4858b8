package io.lethe.intake.kafka;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  /** How many partitions wait because a dead letter of theirs cannot be written. */
  public int blockedPartitions() {
    return loops.stream().mapToInt(loop -> loop.blocked().size()).sum();
  }

  /** One of the reasons with its remedy; empty while nothing is blocked. */
  public Optional<String> remedy() {
    return loops.stream().flatMap(loop -> loop.blocked().remedy().stream()).sorted().findFirst();
  }

  /** Stops all, and waits at most 10 s each for the records in hand. */
  @Override
  public void close() {
    loops.forEach(SubmissionLoop::askToStop);
    loops.forEach(SubmissionLoop::close);
  }
}
