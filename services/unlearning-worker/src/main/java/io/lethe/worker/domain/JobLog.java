package io.lethe.worker.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The current job and the last ones, newest first. Thread-safe and bounded. */
public final class JobLog {
  private final int endedMax;
  private final ArrayDeque<Job> jobs = new ArrayDeque<>();

  /**
   * An empty log.
   *
   * @param endedMax jobs kept after they ended; the oldest go first
   */
  public JobLog(int endedMax) {
    this.endedMax = endedMax;
  }

  public synchronized void add(Job job) {
    jobs.addFirst(job);
    while (jobs.size() > endedMax + 1) {
      jobs.removeLast();
    }
  }

  /** The job that has not ended. */
  public synchronized Optional<Job> current() {
    return jobs.stream().filter(job -> !JobLifecycle.isFinal(job.phase())).findFirst();
  }

  /** All jobs kept, newest first. */
  public synchronized List<Job.Snapshot> snapshots() {
    List<Job.Snapshot> snapshots = new ArrayList<>();
    jobs.forEach(job -> snapshots.add(job.snapshot()));
    return List.copyOf(snapshots);
  }
}
