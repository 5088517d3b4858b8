package io.lethe.ledger.deadletter;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** Runs a {@link PoisonKeeper} on its own thread until it is closed. */
public final class PoisonKeeperLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PoisonKeeperLoop.class);
  private static final long RETRY_MILLIS_MIN = 200;
  private static final long RETRY_MILLIS_MAX = 5_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final PoisonKeeper keeper;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "keep-poison");
  private volatile String failure;

  /** A loop, to be started. It owns the consumer and closes it at its end. */
  public PoisonKeeperLoop(Consumer<byte[], byte[]> consumer, PoisonKeeper keeper) {
    this.consumer = consumer;
    this.keeper = keeper;
  }

  /** Starts; returns at once. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Why the loop stopped by itself; only a restart mends it. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void close() {
    closing.countDown();
    if (!thread.isAlive()) {
      return;
    }
    consumer.wakeup();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      keeper.open();
      long retryMillis = RETRY_MILLIS_MIN;
      while (closing.getCount() > 0) {
        try {
          keeper.lookOnce();
          retryMillis = RETRY_MILLIS_MIN;
        } catch (RetriableException away) {
          LOG.warnf("looks for poison again in %d ms: %s", retryMillis, away.getMessage());
          closing.await(retryMillis, TimeUnit.MILLISECONDS);
          retryMillis = Math.min(RETRY_MILLIS_MAX, retryMillis * 2);
        }
      }
    } catch (WakeupException | InterruptedException end) {
      LOG.debug("ends");
    } catch (RuntimeException fault) {
      failure = "the keeper of poison stopped: " + fault.getClass().getSimpleName();
      LOG.error("the keeper of poison stops; nothing is lost, restart the service", fault);
    }
  }
}
