package io.lethe.serving.recommend;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests that wait for a scoring thread, given out in gatherings, oldest first. */
final class ScoringQueue {
  private final int queueMax;
  private final BatchLimits limits;
  private final Deque<WaitingWork<?>> waiting = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  /** Held by the one thread that gathers, so that two do not share out what belongs together. */
  private final ReentrantLock gathering = new ReentrantLock();

  private boolean closed;

  ScoringQueue(int queueMax, BatchLimits limits) {
    this.queueMax = queueMax;
    this.limits = limits;
  }

  /** Queues work; false where the queue is full or closed. */
  boolean offer(WaitingWork<?> work) {
    lock.lock();
    try {
      if (closed || waiting.size() >= queueMax) {
        return false;
      }
      waiting.addLast(work);
      arrived.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next gathering, waited for; empty once the queue is closed and has nothing left. */
  List<WaitingWork<?>> take() throws InterruptedException {
    gathering.lockInterruptibly();
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        if (closed) {
          return List.of();
        }
        arrived.await();
      }
      List<WaitingWork<?>> taken = new ArrayList<>();
      int prompts = addFitting(taken, 0);
      long deadline = taken.get(0).arrivedAtNanos() + limits.waitMax().toNanos();
      for (long left = deadline - System.nanoTime();
          left > 0 && prompts < limits.promptsMax() && waiting.isEmpty() && !closed;
          left = deadline - System.nanoTime()) {
        arrived.awaitNanos(left);
        prompts = addFitting(taken, prompts);
      }
      return taken;
    } finally {
      lock.unlock();
      gathering.unlock();
    }
  }

  /** Takes what fits beside {@code prompts} prompts; at least one where nothing is taken yet. */
  private int addFitting(List<WaitingWork<?>> taken, int prompts) {
    int sum = prompts;
    while (!waiting.isEmpty()
        && (taken.isEmpty() || sum + waiting.peekFirst().size() <= limits.promptsMax())) {
      WaitingWork<?> next = waiting.removeFirst();
      taken.add(next);
      sum += next.size();
    }
    return sum;
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more work; what waits is still given out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
