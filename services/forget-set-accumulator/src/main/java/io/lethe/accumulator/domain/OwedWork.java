package io.lethe.accumulator.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * The unlearning that is owed: closed forget sets without an accepted candidate, and the open one.
 *
 * @param sets how many sets that is
 * @param seconds how long they are expected to take, one after another
 * @param earliestDueAt the first legal deadline among them; null when nothing is owed
 */
public record OwedWork(int sets, double seconds, Instant earliestDueAt) {
  /** Nothing. */
  public static final OwedWork NONE = new OwedWork(0, 0, null);

  /** Once a deadline is as near as this, or past, the ratio stops growing by it. */
  private static final Duration TIME_LEFT_MIN = Duration.ofSeconds(1);

  private static final double MILLIS_PER_SECOND = 1000;

  /** Seconds until the first deadline, negative once it has passed; NaN when nothing is owed. */
  public double secondsLeft(Instant now) {
    return earliestDueAt == null
        ? Double.NaN
        : Duration.between(now, earliestDueAt).toMillis() / MILLIS_PER_SECOND;
  }

  /**
   * Owed seconds over the time left: how many accelerators would have to work all the time until
   * the first deadline.
   */
  public double ratio(Instant now) {
    return earliestDueAt == null
        ? 0
        : seconds / Math.max(TIME_LEFT_MIN.toSeconds(), secondsLeft(now));
  }
}
