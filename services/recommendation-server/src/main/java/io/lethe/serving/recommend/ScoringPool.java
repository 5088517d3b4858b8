package io.lethe.serving.recommend;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The few threads that may enter native code, behind a bounded queue: every further thread would
 * bring its own team of native threads and slow all others.
 */
public final class ScoringPool implements AutoCloseable {
  private final ThreadPoolExecutor executor;
  private final int queueMax;

  public ScoringPool(int threads, int queueMax) {
    this.queueMax = queueMax;
    AtomicInteger number = new AtomicInteger();
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueMax),
            work -> {
              Thread thread = new Thread(work, "scoring-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs the work as soon as a thread is free; work whose caller has given up is skipped.
   *
   * @throws BusyException when the queue is full
   */
  public <T> CompletableFuture<T> submit(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            if (result.isDone()) {
              return;
            }
            try {
              result.complete(work.get());
            } catch (RuntimeException | Error failed) {
              result.completeExceptionally(failed);
            }
          });
    } catch (RejectedExecutionException full) {
      throw new BusyException(queueMax, full);
    }
    return result;
  }

  /** Requests that wait for a thread now. */
  public int waiting() {
    return executor.getQueue().size();
  }

  /** Lets running work finish, for at most ten seconds, and takes no more. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      executor.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
