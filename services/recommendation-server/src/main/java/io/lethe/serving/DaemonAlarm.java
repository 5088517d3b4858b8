package io.lethe.serving;

import io.lethe.serving.domain.Alarm;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** An alarm on one daemon thread. After closing, what is still due is dropped. */
public final class DaemonAlarm implements Alarm, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DaemonAlarm.class);

  private final ScheduledThreadPoolExecutor executor;
  private final String name;

  public DaemonAlarm(String name) {
    this.name = name;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void in(Duration delay, Runnable task) {
    try {
      executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debugf("%s is closed, a task is dropped", name);
    }
  }

  /** Lets the running task finish, for at most ten seconds. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warnf("%s is still busy 10 s after close", name);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      LOG.errorf(fault, "a task of %s failed", name);
    }
  }
}
