package io.lethe.worker.domain;

import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The legal deadlines of the requests that are not forgotten exactly yet, followed from
 * deletion.progressed. Thread-safe and bounded: where there are too many, the earliest are kept.
 */
public final class DueDates {
  private record Due(Instant at, String requestId) {}

  private final int requestsMax;
  private final Map<String, Due> byRequest = new HashMap<>();
  private final TreeSet<Due> earliestFirst =
      new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::requestId));

  /**
   * Without any deadline.
   *
   * @param requestsMax requests remembered at most
   */
  public DueDates(int requestsMax) {
    this.requestsMax = requestsMax;
  }

  /** Takes a record of deletion.progressed; null removes the request. */
  public synchronized void apply(String requestId, DeletionProgressed snapshot) {
    Due before = byRequest.remove(requestId);
    if (before != null) {
      earliestFirst.remove(before);
    }
    if (snapshot == null
        || snapshot.getExactAt() != null
        || snapshot.getStage() == RequestStage.WITHDRAWN) {
      return;
    }
    Due due = new Due(snapshot.getDueAt(), requestId);
    byRequest.put(requestId, due);
    earliestFirst.add(due);
    if (earliestFirst.size() > requestsMax) {
      byRequest.remove(earliestFirst.pollLast().requestId());
    }
  }

  /** The earliest deadline of the given requests; empty where none is known. */
  public synchronized Optional<Instant> earliest(Set<String> requestIds) {
    return earliestFirst.stream()
        .filter(due -> requestIds.contains(due.requestId()))
        .map(Due::at)
        .findFirst();
  }
}
