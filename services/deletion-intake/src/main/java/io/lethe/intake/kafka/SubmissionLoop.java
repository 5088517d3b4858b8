package io.lethe.intake.kafka;

import io.lethe.schemas.kafka.BlockedPartitions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** Runs the Kafka door on its own thread until it is closed. */
public final class SubmissionLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SubmissionLoop.class);
  private static final long RETRY_MILLIS_MIN = 200;
  private static final long RETRY_MILLIS_MAX = 5_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final SubmissionDoor door;
  private final Readiness readiness;
  private final Clock clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Instant lastTurnAt;

  /** Tells when the door may open. */
  @FunctionalInterface
  public interface Readiness {
    /** Waits until the requests accepted earlier are known; false when the time passed first. */
    boolean await(Duration timeout) throws InterruptedException;
  }

  /**
   * A loop on a thread of that name, to be started. It owns the consumer and closes it at its end.
   */
  public SubmissionLoop(
      String name,
      Consumer<byte[], byte[]> consumer,
      SubmissionDoor door,
      Readiness readiness,
      Clock clock) {
    this.thread = new Thread(this::run, name);
    this.consumer = consumer;
    this.door = door;
    this.readiness = readiness;
    this.clock = clock;
    this.lastTurnAt = clock.instant();
  }

  /** Starts; returns at once. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** When the loop last came round, whether or not there was anything to take. */
  public Instant lastTurnAt() {
    return lastTurnAt;
  }

  /** True while the loop runs. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** The partitions that wait because a dead letter of theirs could not be written. */
  BlockedPartitions blocked() {
    return door.blocked();
  }

  /** Asks the loop to end; returns at once. */
  void askToStop() {
    closing.countDown();
    if (thread.isAlive()) {
      consumer.wakeup();
    }
  }

  /** Stops, and waits at most 10 s for the records in hand. */
  @Override
  public void close() {
    askToStop();
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      while (!isClosing() && !readiness.await(Duration.ofMillis(RETRY_MILLIS_MIN))) {
        lastTurnAt = clock.instant();
      }
      door.open();
      long retryMillis = RETRY_MILLIS_MIN;
      while (!isClosing()) {
        boolean finished = turn();
        lastTurnAt = clock.instant();
        retryMillis =
            finished ? RETRY_MILLIS_MIN : Math.min(RETRY_MILLIS_MAX, pause(retryMillis) * 2);
      }
    } catch (WakeupException | InterruptedException end) {
      LOG.debug("the Kafka door closes");
    } catch (RuntimeException fault) {
      LOG.errorf(
          fault,
          "the Kafka door stops; nothing is lost, restart the service: %s",
          fault.toString());
    }
  }

  private boolean turn() throws InterruptedException {
    try {
      return door.takeOnce();
    } catch (RetriableException away) {
      LOG.warnf("the Kafka door tries again: %s", away.getMessage());
      return false;
    }
  }

  private long pause(long millis) throws InterruptedException {
    if (closing.await(millis, TimeUnit.MILLISECONDS)) {
      throw new InterruptedException();
    }
    return millis;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }
}
