package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.Polling;
import io.lethe.cli.ProgressDisplay;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Waits until a backlog is worked off, and tells how fast that went. */
final class Backlog {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofHours(3);

  private final Console console;
  private final Clock clock;
  private final LongSupplier cpuMicros;

  /**
   * @param cpuMicros processor time that those who work it off have taken
   */
  Backlog(Console console, Clock clock, LongSupplier cpuMicros) {
    this.console = console;
    this.clock = clock;
    this.cpuMicros = cpuMicros;
  }

  /**
   * How far a backlog was worked off at an instant.
   *
   * @param done of it
   * @param cpuMicros that it had taken
   */
  record Mark(long done, long atNanos, long cpuMicros) {
    double perSecondUntil(Mark end) {
      return (end.done - done) * NANOS_PER_SECOND / (end.atNanos - atNanos);
    }

    double cpuMicrosUntil(Mark end) {
      return (double) (end.cpuMicros - cpuMicros) / (end.done - done);
    }
  }

  /** What was worked off between two instants. */
  record Stretch(Mark from, Mark until) {
    double perSecond() {
      return from.perSecondUntil(until);
    }

    double cpuMicros() {
      return from.cpuMicrosUntil(until);
    }
  }

  Mark mark(LongSupplier done) {
    return new Mark(done.getAsLong(), System.nanoTime(), cpuMicros.getAsLong());
  }

  /** Waits until as many are done. */
  void await(String task, long wanted, LongSupplier done) {
    try (ProgressDisplay progress = console.progress(task, "done", wanted)) {
      waitFor(done, wanted, progress);
    }
  }

  /**
   * Waits until all is done, and tells of what was done past the warm-up. A small backlog may be
   * worked off whole between two looks; then it is told from the start, for nothing would be left
   * to measure.
   *
   * @param began before anybody worked at it
   * @param warmUp of all, done when the measurement begins
   */
  Stretch measure(String task, Mark began, LongSupplier done, long warmUp, long all) {
    try (ProgressDisplay progress = console.progress(task, "done", all)) {
      waitFor(done, warmUp, progress);
      Mark warm = mark(done);
      waitFor(done, all, progress);
      return new Stretch(warm.done() < all ? warm : began, mark(done));
    }
  }

  private void waitFor(LongSupplier done, long wanted, ProgressDisplay progress) {
    long[] latest = {0};
    boolean reached =
        new Polling(clock, POLL)
            .until(
                () -> {
                  latest[0] = done.getAsLong();
                  progress.stepTo(latest[0]);
                  return latest[0] >= wanted;
                },
                PATIENCE);
    if (!reached) {
      throw new CliException(
          "only " + latest[0] + " of " + wanted + " were done within " + PATIENCE.toHours() + " h",
          "see the logs in the data directory, or do less at once");
    }
  }
}
