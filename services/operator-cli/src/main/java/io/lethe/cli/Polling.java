package io.lethe.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks again and again until a condition holds. */
public final class Polling {
  private final Clock clock;
  private final Duration pause;

  public Polling(Clock clock, Duration pause) {
    this.clock = clock;
    this.pause = pause;
  }

  /** True when the condition held before the time was over. */
  public boolean until(BooleanSupplier condition, Duration timeout) {
    Instant end = clock.instant().plus(timeout);
    try {
      while (!condition.getAsBoolean()) {
        // A latch that nobody opens is a pause that an interruption ends.
        if (!clock.instant().isBefore(end)
            || new CountDownLatch(1).await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
  }
}
