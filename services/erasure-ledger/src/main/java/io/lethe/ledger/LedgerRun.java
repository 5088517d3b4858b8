package io.lethe.ledger;

import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.callback.CallbackSender;
import io.lethe.ledger.deadletter.DeadLetterFollowers;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.deadletter.PoisonKeeperLoop;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerFollowers;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Starts and stops the followers and the periodic check. */
@ApplicationScoped
public class LedgerRun {
  private static final Logger LOG = Logger.getLogger(LedgerRun.class);
  private static final long STOP_TIMEOUT_SECONDS = 10;

  private final Ledger ledger;
  private final LedgerFollowers followers;
  private final DeadLetterFollowers deadLetters;
  private final PoisonKeeperLoop keeper;
  private final CallbackSender callbacks;
  private final long checkIntervalMillis;
  private final ScheduledExecutorService checks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "check-requests");
            thread.setDaemon(true);
            return thread;
          });

  LedgerRun(
      Ledger ledger,
      LedgerFollowers followers,
      DeadLetterFollowers deadLetters,
      PoisonKeeperLoop keeper,
      CallbackSender callbacks,
      LedgerConfig config) {
    this.ledger = ledger;
    this.followers = followers;
    this.deadLetters = deadLetters;
    this.keeper = keeper;
    this.callbacks = callbacks;
    this.checkIntervalMillis = config.checkInterval().toMillis();
  }

  void start(
      @Observes StartupEvent event,
      LedgerMetrics metrics,
      DeadLetterTable letters,
      BlockedPartitions blocked,
      TransitionLog log,
      CallbackOffice office,
      ServerTable servers,
      Clock clock) {
    metrics.show(letters, blocked);
    metrics.show(servers, ledger, clock);
    metrics.show(log, office);
    followers.start();
    deadLetters.start();
    keeper.start();
    checks.scheduleWithFixedDelay(
        this::check, checkIntervalMillis, checkIntervalMillis, TimeUnit.MILLISECONDS);
    checks.scheduleWithFixedDelay(
        this::callBack, checkIntervalMillis, checkIntervalMillis, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    keeper.close();
    deadLetters.close();
    followers.close();
    checks.shutdown();
    if (!checks.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      LOG.warnf("a check is still busy %d s after the stop", STOP_TIMEOUT_SECONDS);
    }
  }

  private void callBack() {
    try {
      // The answers are awaited elsewhere: one slow producer holds up nobody.
      callbacks.send();
    } catch (RuntimeException fault) {
      LOG.error("the callbacks failed", fault);
    }
  }

  private void check() {
    try {
      ledger.evaluate();
    } catch (RuntimeException fault) {
      // A schedule ends with the first exception; the next check may well succeed.
      LOG.error("the periodic check failed", fault);
    }
  }
}
