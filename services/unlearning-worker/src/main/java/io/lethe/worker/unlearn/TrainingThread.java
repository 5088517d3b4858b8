package io.lethe.worker.unlearn;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that trains. Its own, so that a run of hours blocks neither the poll loop nor a
 * Vert.x thread. Tells how long the work has been silent.
 */
public final class TrainingThread {
  /** Forget sets come one at a time; anything beyond this is a defect of the caller. */
  private static final int QUEUE_MAX = 4;

  private final Clock clock;
  private final Runnable onDeath;
  private final ThreadPoolExecutor executor;
  private volatile Instant lastBeatAt;
  private volatile boolean working;
  private volatile boolean dead;

  /**
   * @param onDeath run once when an error ended the work that only a new process can mend
   */
  public TrainingThread(Clock clock, Runnable onDeath) {
    this.clock = clock;
    this.onDeath = onDeath;
    this.lastBeatAt = clock.instant();
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, "unlearning");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs the work after whatever is queued. */
  public void execute(Runnable work) {
    executor.execute(
        () -> {
          beat();
          working = true;
          try {
            work.run();
          } catch (Error broken) {
            // The native library, the device or the memory is gone: only a new process helps.
            dead = true;
            onDeath.run();
            throw broken;
          } finally {
            working = false;
          }
        });
  }

  /** The work moved on. */
  public void beat() {
    lastBeatAt = clock.instant();
  }

  /** How long the running work has not moved on; zero when there is none. */
  public Duration silence() {
    return working ? Duration.between(lastBeatAt, clock.instant()) : Duration.ZERO;
  }

  /** True when an error ended the work that only a new process can mend. */
  public boolean isDead() {
    return dead;
  }

  /**
   * Takes no further work and waits for the running one.
   *
   * @return false when it still ran after the limit
   */
  public boolean stop(Duration limit) throws InterruptedException {
    executor.shutdown();
    return executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
