package io.lethe.ledger.follow;

import io.lethe.ledger.domain.RequestProgress;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The snapshots as they were published: what the interface and the page show. One thread writes,
 * any may read; snapshots are never changed.
 */
public final class LedgerView {
  private record Position(Instant acceptedAt, String requestId) {}

  /** A request by an instant of its own: its deadline, or its acceptance. */
  private record Due(Instant at, String requestId) {
    static final Comparator<Due> ORDER =
        Comparator.comparing(Due::at).thenComparing(Due::requestId);

    static Due of(DeletionProgressed snapshot) {
      return new Due(snapshot.getDueAt(), snapshot.getRequestId());
    }

    static Due since(DeletionProgressed snapshot) {
      return new Due(snapshot.getAcceptedAt(), snapshot.getRequestId());
    }
  }

  private final Map<String, DeletionProgressed> byRequest = new ConcurrentHashMap<>();
  private final Map<String, String> requestByReceipt = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Position, DeletionProgressed> newestFirst =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(Position::acceptedAt).reversed().thenComparing(Position::requestId));
  private final Map<RequestStage, AtomicLong> counts = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Due> unlearnedDue = new ConcurrentSkipListSet<>(Due.ORDER);
  private final ConcurrentSkipListSet<Due> exactDue = new ConcurrentSkipListSet<>(Due.ORDER);
  private final ConcurrentSkipListSet<Due> unsuppressed = new ConcurrentSkipListSet<>(Due.ORDER);
  private final ConcurrentSkipListSet<Due> remembered = new ConcurrentSkipListSet<>(Due.ORDER);

  /** An empty view. */
  public LedgerView() {
    for (RequestStage stage : RequestStage.values()) {
      counts.put(stage, new AtomicLong());
    }
  }

  void put(DeletionProgressed snapshot) {
    DeletionProgressed before = byRequest.put(snapshot.getRequestId(), snapshot);
    if (before != null) {
      counts.get(before.getStage()).decrementAndGet();
      newestFirst.remove(new Position(before.getAcceptedAt(), before.getRequestId()));
      unlearnedDue.remove(Due.of(before));
      exactDue.remove(Due.of(before));
      unsuppressed.remove(Due.since(before));
      remembered.remove(Due.since(before));
    }
    if (snapshot.getStage() != RequestStage.WITHDRAWN) {
      if (snapshot.getSuppressedAt() == null) {
        unsuppressed.add(Due.since(snapshot));
      }
      if (snapshot.getUnlearnedAt() == null) {
        unlearnedDue.add(Due.of(snapshot));
        remembered.add(Due.since(snapshot));
      }
      if (snapshot.getExactAt() == null) {
        exactDue.add(Due.of(snapshot));
      }
    }
    counts.get(snapshot.getStage()).incrementAndGet();
    newestFirst.put(new Position(snapshot.getAcceptedAt(), snapshot.getRequestId()), snapshot);
    if (snapshot.getReceiptId() != null) {
      requestByReceipt.put(snapshot.getReceiptId(), snapshot.getRequestId());
      // The receipt of the completion stays evidence after the exact one took its place.
      requestByReceipt.put(
          RequestProgress.receiptId(snapshot.getRequestId()), snapshot.getRequestId());
    }
  }

  /** The request of that id. */
  public Optional<DeletionProgressed> find(String requestId) {
    return Optional.ofNullable(byRequest.get(requestId));
  }

  /** The id of the request that a receipt is about. */
  public Optional<String> requestOfReceipt(String receiptId) {
    return Optional.ofNullable(requestByReceipt.get(receiptId));
  }

  /**
   * The requests, newest first.
   *
   * @param stage only those in it; null for all
   */
  public List<DeletionProgressed> newest(RequestStage stage, int limit) {
    return newestFirst.values().stream()
        .filter(snapshot -> stage == null || snapshot.getStage() == stage)
        .limit(limit)
        .toList();
  }

  /** The first deadline of a request that is not unlearned yet. */
  public Optional<Instant> earliestUnlearnedDue() {
    return earliest(unlearnedDue);
  }

  /** The first deadline of a request that is not forgotten exactly yet. */
  public Optional<Instant> earliestExactDue() {
    return earliest(exactDue);
  }

  /** When the eldest request was accepted that is not suppressed yet. */
  public Optional<Instant> unsuppressedSince() {
    return earliest(unsuppressed);
  }

  /** When the eldest request was accepted that is not unlearned yet. */
  public Optional<Instant> rememberedSince() {
    return earliest(remembered);
  }

  /** The requests that are not forgotten exactly yet, soonest legal deadline first. */
  public List<DeletionProgressed> byDeadline(int limit) {
    return exactDue.stream()
        .map(due -> byRequest.get(due.requestId()))
        .filter(Objects::nonNull)
        .limit(limit)
        .toList();
  }

  /** How many requests are not forgotten exactly yet; withdrawn ones do not count. */
  public long inexact() {
    return exactDue.size();
  }

  /** How many of those are past their legal deadline. */
  public long overdue(Instant now) {
    return exactDue.headSet(new Due(now, "")).size();
  }

  private static Optional<Instant> earliest(ConcurrentSkipListSet<Due> dues) {
    Iterator<Due> first = dues.iterator();
    return first.hasNext() ? Optional.of(first.next().at()) : Optional.empty();
  }

  /** How many requests are in that stage. */
  public long count(RequestStage stage) {
    return counts.get(stage).get();
  }

  /** How many requests there are. */
  public long size() {
    return byRequest.size();
  }
}
