package io.lethe.accumulator.poison;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * Replaces a failed stream thread, but not for ever: past the limit the client stops, and with it
 * the service's liveness. A dead-letter topic that takes no letters is no defect that a restart
 * mends: its thread is replaced without limit, each time after a longer pause, and the record stays
 * uncommitted until its letter is written.
 */
public final class ThreadFailures implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(ThreadFailures.class);
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(60);

  private final int failuresMax;
  private final Duration window;
  private final Clock clock;
  private final Deque<Instant> failures = new ArrayDeque<>();
  private final DeadLetterTrouble trouble;
  private final Consumer<Duration> pause;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Duration lastPause = Duration.ZERO;

  /**
   * @param failuresMax threads replaced within the window; one failure more stops the client
   * @param window how long a failure counts
   */
  public ThreadFailures(int failuresMax, Duration window, Clock clock) {
    this(failuresMax, window, clock, DeadLetterTrouble.ofTheProcess(), null);
  }

  ThreadFailures(
      int failuresMax,
      Duration window,
      Clock clock,
      DeadLetterTrouble trouble,
      Consumer<Duration> pause) {
    if (failuresMax < 0) {
      throw new IllegalArgumentException("lethe.thread-failures-max must not be negative.");
    }
    this.failuresMax = failuresMax;
    this.window = window;
    this.clock = clock;
    this.trouble = trouble;
    this.pause = pause == null ? this::pauseFor : pause;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable error) {
    Optional<String> deadLetters = DeadLetterTrouble.topicOf(error);
    if (deadLetters.isPresent()) {
      Duration length = nextPause();
      trouble.note(deadLetters.get(), DeadLetterTrouble.rootOf(error));
      pause.accept(length);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    return count(error);
  }

  private synchronized Duration nextPause() {
    Duration doubled = lastPause.multipliedBy(2);
    boolean isNew = trouble.remedy().isEmpty() || lastPause.isZero();
    lastPause = isNew ? PAUSE_MIN : doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
    return lastPause;
  }

  /** Ends every pause: the service stops. */
  public void stop() {
    stopped.countDown();
  }

  private void pauseFor(Duration length) {
    try {
      stopped.await(length.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized StreamThreadExceptionResponse count(Throwable error) {
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
