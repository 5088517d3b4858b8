package io.lethe.serving.domain;

import java.time.Duration;

/**
 * How long to wait before trying again: doubling, up to a limit.
 *
 * @param first wait after the first failure
 * @param limit longest wait
 */
public record Backoff(Duration first, Duration limit) {
  public Backoff {
    if (first.isNegative() || first.isZero() || limit.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "lethe.load-retry-first must be positive and at most lethe.load-retry-max.");
    }
  }

  /** The wait after {@code failures} failures in a row, from 1. */
  public Duration after(int failures) {
    Duration wait = first;
    for (int failure = 1; failure < failures && wait.compareTo(limit) < 0; failure++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(limit) < 0 ? wait : limit;
  }
}
