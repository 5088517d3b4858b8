package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.serving.model.Lease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * The few threads that may enter native code, behind a bounded queue: every further thread would
 * bring its own team of native threads and slow all others.
 *
 * <p>Requests that wait together are scored together: one native call for each version they ask,
 * which is one for all unless some are pinned or a version is on trial. A request takes its version
 * and makes its prompts when its turn comes, so that neither is older than it need be.
 */
public final class ScoringPool implements AutoCloseable {
  private static final long CLOSE_MILLIS_MAX = 10_000;

  private record Asked(WaitingWork<?> work, List<Prompt> prompts) {}

  private final ScoringQueue queue;
  private final int queueMax;
  private final Function<ScoringWork<?>, Lease> leases;
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder calls = new LongAdder();
  private final LongAdder scored = new LongAdder();

  /**
   * @param queueMax requests that may wait
   * @param leases gives a hold on the version that is to answer the work; what it throws, the
   *     requests that asked for it are answered
   */
  public ScoringPool(
      int threads, int queueMax, BatchLimits limits, Function<ScoringWork<?>, Lease> leases) {
    this.queueMax = queueMax;
    this.queue = new ScoringQueue(queueMax, limits);
    this.leases = leases;
    for (int number = 1; number <= threads; number++) {
      Thread thread = new Thread(this::run, "scoring-" + number);
      thread.setDaemon(true);
      this.threads.add(thread);
      thread.start();
    }
  }

  /**
   * Runs the work as soon as a thread is free; work whose caller has given up is skipped.
   *
   * @throws BusyException when the queue is full
   */
  public <T> CompletableFuture<T> submit(ScoringWork<T> work) {
    WaitingWork<T> waiting = new WaitingWork<>(work);
    if (!queue.offer(waiting)) {
      throw new BusyException(queueMax);
    }
    return waiting.result();
  }

  /** Requests that wait for a thread now. */
  public int waiting() {
    return queue.size();
  }

  /** Native calls so far. */
  public long calls() {
    return calls.sum();
  }

  /** Requests that were part of these calls. */
  public long scored() {
    return scored.sum();
  }

  /** Lets queued work finish, for at most ten seconds, and takes no more. */
  @Override
  public void close() {
    queue.close();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
    try {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (List<WaitingWork<?>> taken = queue.take(); !taken.isEmpty(); taken = queue.take()) {
        List<WaitingWork<?>> left = taken;
        // Each turn needs another deletion request of a subject who is being answered, so it ends.
        while (!left.isEmpty()) {
          left = turn(left);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Scores what is gathered, version by version; gives what must be asked anew. */
  private List<WaitingWork<?>> turn(List<WaitingWork<?>> gathered) {
    Map<Long, Lease> held = new LinkedHashMap<>();
    Map<Long, List<WaitingWork<?>>> byVersion = new LinkedHashMap<>();
    List<WaitingWork<?>> anew = new ArrayList<>();
    try {
      for (WaitingWork<?> work : gathered) {
        if (!work.isOver()) {
          sort(work, held, byVersion);
        }
      }
      byVersion.forEach((version, works) -> anew.addAll(score(works, held.get(version))));
    } finally {
      held.values().forEach(Lease::close);
    }
    return anew;
  }

  private void sort(
      WaitingWork<?> work, Map<Long, Lease> held, Map<Long, List<WaitingWork<?>>> byVersion) {
    try {
      Lease lease = leases.apply(work.work());
      if (held.putIfAbsent(lease.version().version(), lease) != null) {
        lease.close();
      }
      byVersion.computeIfAbsent(lease.version().version(), version -> new ArrayList<>()).add(work);
    } catch (RuntimeException | Error refused) {
      work.fail(refused);
    }
  }

  private List<WaitingWork<?>> score(List<WaitingWork<?>> works, Lease lease) {
    List<Asked> asked = new ArrayList<>(works.size());
    for (WaitingWork<?> work : works) {
      List<Prompt> prompts = work.prompts();
      if (prompts != null) {
        asked.add(new Asked(work, prompts));
      }
    }
    return scoreTogether(asked, lease);
  }

  private List<WaitingWork<?>> scoreTogether(List<Asked> asked, Lease lease) {
    List<WaitingWork<?>> anew = new ArrayList<>();
    if (asked.isEmpty()) {
      return anew;
    }
    float[] scores;
    try {
      scores = lease.score(asked.stream().flatMap(one -> one.prompts().stream()).toList());
      calls.increment();
      scored.add(asked.size());
    } catch (RuntimeException | Error failed) {
      if (asked.size() == 1) {
        asked.get(0).work().fail(failed);
      } else {
        // One request must not fail those that happened to wait beside it.
        asked.forEach(one -> anew.addAll(scoreTogether(List.of(one), lease)));
      }
      return anew;
    }
    int from = 0;
    for (Asked one : asked) {
      int until = from + one.prompts().size();
      if (!one.work().finish(Arrays.copyOfRange(scores, from, until), lease.version())) {
        anew.add(one.work());
      }
      from = until;
    }
    return anew;
  }
}
