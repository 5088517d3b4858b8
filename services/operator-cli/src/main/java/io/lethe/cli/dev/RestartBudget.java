package io.lethe.cli.dev;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Allows so many restarts within a window of time, and no more. */
final class RestartBudget {
  static final int RESTARTS_MAX = 5;
  static final Duration WINDOW = Duration.ofSeconds(60);

  private final Clock clock;
  private final Deque<Instant> restarts = new ArrayDeque<>();

  RestartBudget(Clock clock) {
    this.clock = clock;
  }

  /** Takes one restart out of the budget; false when none is left. */
  synchronized boolean take() {
    Instant now = clock.instant();
    while (!restarts.isEmpty() && !restarts.peekFirst().isAfter(now.minus(WINDOW))) {
      restarts.removeFirst();
    }
    if (restarts.size() == RESTARTS_MAX) {
      return false;
    }
    restarts.addLast(now);
    return true;
  }
}
