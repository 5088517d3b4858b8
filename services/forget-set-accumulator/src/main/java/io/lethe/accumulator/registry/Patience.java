package io.lethe.accumulator.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/**
 * Tries again what failed because the registry is away, until it works, time is up or the service
 * stops.
 */
public final class Patience {
  private static final Logger LOG = Logger.getLogger(Patience.class);

  private final Duration limit;
  private final Duration pause;
  private final Clock clock;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param limit how long one record waits
   * @param pause between two tries
   */
  public Patience(Duration limit, Duration pause, Clock clock) {
    this.limit = limit;
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * The result of the first try that does not fail retriably.
   *
   * @throws RetriableException the last one, when time is up or the service stops
   */
  <T> T await(Supplier<T> attempt) {
    Instant until = clock.instant().plus(limit);
    boolean told = false;
    while (true) {
      try {
        return attempt.get();
      } catch (RetriableException away) {
        if (!clock.instant().isBefore(until) || awaitStop()) {
          throw away;
        }
        if (!told) {
          LOG.warnf("Waiting up to %s for the schema registry: %s", limit, away.getMessage());
          told = true;
        }
      }
    }
  }

  /** Ends every wait. */
  public void stop() {
    stopped.countDown();
  }

  private boolean awaitStop() {
    try {
      return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    }
  }
}
