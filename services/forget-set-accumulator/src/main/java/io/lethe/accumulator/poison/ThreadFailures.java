package io.lethe.accumulator.poison;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * Replaces a failed stream thread, but not for ever: past the limit the client stops, and with it
 * the service's liveness.
 */
public final class ThreadFailures implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(ThreadFailures.class);

  private final int failuresMax;
  private final Duration window;
  private final Clock clock;
  private final Deque<Instant> failures = new ArrayDeque<>();

  /**
   * @param failuresMax threads replaced within the window; one failure more stops the client
   * @param window how long a failure counts
   */
  public ThreadFailures(int failuresMax, Duration window, Clock clock) {
    if (failuresMax < 0) {
      throw new IllegalArgumentException("lethe.thread-failures-max must not be negative.");
    }
    this.failuresMax = failuresMax;
    this.window = window;
    this.clock = clock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable error) {
    Instant now = clock.instant();
    failures.addLast(now);
    while (failures.peekFirst().isBefore(now.minus(window))) {
      failures.removeFirst();
    }
    if (failures.size() > failuresMax) {
      LOG.errorf(
          error,
          "A stream thread failed %d times within %s, more than lethe.thread-failures-max; the service stops. Remove the cause"
              + " named here and start it again: it goes on where it stopped.",
          failures.size(),
          window);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.errorf(
        error,
        "A stream thread failed (%d of %d); another takes over.",
        failures.size(),
        failuresMax);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }
}
