package io.lethe.intake.http;

import java.time.Duration;

/** A producer has called more often than it may. */
final class TooManyRequestsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final long MILLIS_PER_SECOND = 1000;

  private final Duration retryAfter;

  TooManyRequestsException(Duration retryAfter, long perSecond, long burst) {
    super(
        "This caller may send "
            + perSecond
            + " requests a second and "
            + burst
            + " at once; send the same request again after Retry-After, send large backlogs through"
            + " deletion.submitted, or raise lethe.producer-limit.per-second and .burst.");
    this.retryAfter = retryAfter;
  }

  /** Until the next call is allowed, in whole seconds, at least one. */
  Duration retryAfter() {
    long millis = retryAfter.toMillis();
    return Duration.ofSeconds(Math.max(1, (millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND));
  }
}
