package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.MeasuredJob;
import io.lethe.accumulator.record.MeasuredJobs;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.RequestDeadline;
import io.lethe.schemas.event.AdapterTrained;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The closed forget sets of a model for which no candidate was accepted yet, and how long their
 * like took. A worker takes the sets of a model one after another, so whatever is closed lies
 * before the set that is open.
 */
final class UnlearningBacklog {
  private final String modelId;
  private final UnlearningTime time;
  private final int setsMax;
  private final ForgetSetState state;

  /** What the stores amount to; null when it must be worked out again. */
  private Closed closed;

  private record Closed(int sets, double seconds, Instant earliestDueAt, List<MeasuredJob> jobs) {
    Closed and(OwedForgetSet set, UnlearningTime time) {
      Instant earliest = earliestDueAt;
      for (RequestDeadline deadline : set.getDeadlines()) {
        if (earliest == null || deadline.getDueAt().isBefore(earliest)) {
          earliest = deadline.getDueAt();
        }
      }
      return new Closed(
          sets + 1, seconds + time.secondsFor(set.getSamples(), jobs), earliest, jobs);
    }
  }

  /**
   * @param setsMax owed sets remembered; what closes beyond it is not counted
   */
  UnlearningBacklog(String modelId, UnlearningTime time, int setsMax, ForgetSetState state) {
    this.modelId = modelId;
    this.time = time;
    this.setsMax = setsMax;
    this.state = state;
  }

  /**
   * A set closed.
   *
   * @return false when it is not counted since there are too many
   */
  boolean closed(OwedForgetSet set) {
    if (closed().sets() >= setsMax) {
      return false;
    }
    state.putOwed(modelId, set);
    // Sets close one after another while nobody unlearns; to read them all again for each would
    // take longer with every one.
    closed = closed().and(set, time);
    return true;
  }

  /**
   * A candidate was trained. Every attempt at a set is a measurement; an accepted one ends what is
   * owed. Exact candidates answer no set.
   */
  void trained(AdapterTrained candidate) {
    if (candidate.getExact()) {
      return;
    }
    Optional<OwedForgetSet> owed =
        state
            .owed(modelId, candidate.getForgetSetSequence())
            .filter(set -> set.getForgetSetId().equals(candidate.getForgetSetId()));
    if (owed.isEmpty()) {
      return;
    }
    double seconds = candidate.getTrainSeconds();
    if (owed.get().getSamples() > 0 && seconds > 0 && Double.isFinite(seconds)) {
      measured(new MeasuredJob(owed.get().getSamples(), seconds));
    }
    if (candidate.getAccepted()) {
      state.deleteOwed(modelId, candidate.getForgetSetSequence());
    }
    closed = null;
  }

  /**
   * A request of closed sets got another deadline.
   *
   * @return true when a part of it is owed
   */
  boolean extended(String requestId, Instant dueAt) {
    boolean found = false;
    for (OwedForgetSet set : state.owed(modelId)) {
      for (RequestDeadline deadline : set.getDeadlines()) {
        if (deadline.getRequestId().equals(requestId)) {
          deadline.setDueAt(dueAt);
          state.putOwed(modelId, set);
          closed = null;
          found = true;
        }
      }
    }
    return found;
  }

  /** How long before its first deadline the open set must close to be unlearned in time. */
  Duration lead(OpenForgetSet open) {
    return time.lead(closed().seconds() + secondsFor(open));
  }

  /** All that is owed. */
  OwedWork owed(OpenForgetSet open) {
    if (open.getEntries() == 0) {
      return new OwedWork(closed().sets(), closed().seconds(), closed().earliestDueAt());
    }
    Instant earliest =
        closed().earliestDueAt() == null
                || open.getEarliestDueAt().isBefore(closed().earliestDueAt())
            ? open.getEarliestDueAt()
            : closed().earliestDueAt();
    return new OwedWork(closed().sets() + 1, closed().seconds() + secondsFor(open), earliest);
  }

  private double secondsFor(OpenForgetSet open) {
    return time.secondsFor(open.getSamples(), closed().jobs());
  }

  private void measured(MeasuredJob job) {
    List<MeasuredJob> jobs = new ArrayList<>(jobs());
    jobs.add(job);
    // The limit may have been lowered since they were written.
    while (jobs.size() > time.jobsMax()) {
      jobs.remove(0);
    }
    state.putMeasured(modelId, new MeasuredJobs(jobs));
  }

  private List<MeasuredJob> jobs() {
    return state.measured(modelId).map(MeasuredJobs::getJobs).orElse(List.of());
  }

  private Closed closed() {
    if (closed == null) {
      closed = new Closed(0, 0, null, jobs());
      for (OwedForgetSet set : state.owed(modelId)) {
        closed = closed.and(set, time);
      }
    }
    return closed;
  }
}
