package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Work in the queue, and the caller who waits for it. */
final class WaitingWork<T> {
  private final ScoringWork<T> work;
  private final long arrivedAtNanos = System.nanoTime();
  private final CompletableFuture<T> result = new CompletableFuture<>();

  WaitingWork(ScoringWork<T> work) {
    this.work = work;
  }

  CompletableFuture<T> result() {
    return result;
  }

  long arrivedAtNanos() {
    return arrivedAtNanos;
  }

  int size() {
    return work.size();
  }

  ScoringWork<T> work() {
    return work;
  }

  /** Whether the caller has given up, or has been told what went wrong. */
  boolean isOver() {
    return result.isDone();
  }

  /** The prompts; null where they cannot be made, and the caller is told so. */
  List<Prompt> prompts() {
    try {
      return work.prompts();
    } catch (RuntimeException | Error failed) {
      fail(failed);
      return null;
    }
  }

  /** Answers the caller; false where the prompts must be asked anew. */
  boolean finish(float[] scores, ReleasedVersion version) {
    try {
      work.finish(scores, version).ifPresent(result::complete);
    } catch (RuntimeException | Error failed) {
      fail(failed);
    }
    return result.isDone();
  }

  void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }
}
