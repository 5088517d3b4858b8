package io.lethe.intake.status;

import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every request that is remembered, by its id and by its idempotency key. Bounded: when full, the
 * request that finished first is forgotten; unfinished requests never are, so a table full of them
 * takes no more and {@link #isFull} says so. Safe for use by many threads; records may come in any
 * order and more than once.
 */
public final class RequestStatusTable {
  private final int requestsMax;
  private final Map<String, RequestStatus> byRequestId = new LinkedHashMap<>();
  private final Map<String, String> requestIdByKey = new HashMap<>();
  private final Set<String> finished = new LinkedHashSet<>();
  private boolean leftOut;

  /**
   * An empty table.
   *
   * @param requestsMax how many requests it holds, at least 1
   */
  public RequestStatusTable(int requestsMax) {
    if (requestsMax < 1) {
      throw new IllegalArgumentException(
          "lethe.requests-max is " + requestsMax + "; set it to 1 or more.");
    }
    this.requestsMax = requestsMax;
  }

  /** The request of that id. */
  public synchronized Optional<RequestStatus> find(String requestId) {
    return Optional.ofNullable(byRequestId.get(requestId));
  }

  /** True when the accepted record of that request is here, so that it changes nothing again. */
  public synchronized boolean hasAccepted(String requestId) {
    RequestStatus known = byRequestId.get(requestId);
    return known != null && known.accepted() != null;
  }

  /** The request that was accepted under that idempotency key. */
  public synchronized Optional<RequestStatus> findByKey(String idempotencyKeyRef) {
    return Optional.ofNullable(requestIdByKey.get(idempotencyKeyRef)).map(byRequestId::get);
  }

  /** How many requests the table holds. */
  public synchronized int size() {
    return byRequestId.size();
  }

  /** True when one more request would find no room. */
  public synchronized boolean isFull() {
    return leftOut || (byRequestId.size() >= requestsMax && finished.isEmpty());
  }

  /** Takes note of an accepted request, or of a withdrawal or an extension that was asked for. */
  public synchronized void onRequested(DeletionRequested request) {
    RequestStatus known = byRequestId.get(request.getRequestId());
    if (request.getAction() == DeletionAction.WITHDRAW) {
      if (known != null) {
        put(new RequestStatus(known.accepted(), true, known.extended(), known.progress()));
      }
      return;
    }
    if (request.getAction() == DeletionAction.EXTEND) {
      // A deadline moves once, so the first extension stands.
      if (known != null && known.extended() == null && request.getExtension() != null) {
        put(
            new RequestStatus(
                known.accepted(), known.withdrawalRequested(), request, known.progress()));
      }
      return;
    }
    // The first record of an id stands; a second one with other content is refused everywhere.
    if (request.getAction() == DeletionAction.ERASE
        && (known == null || known.accepted() == null)) {
      put(new RequestStatus(request, false, null, known == null ? null : known.progress()));
    }
  }

  /** Takes note of the ledger's snapshot of a request. */
  public synchronized void onProgressed(DeletionProgressed progress) {
    RequestStatus known = byRequestId.get(progress.getRequestId());
    put(
        known == null
            ? new RequestStatus(null, false, null, progress)
            : new RequestStatus(
                known.accepted(), known.withdrawalRequested(), known.extended(), progress));
  }

  private void put(RequestStatus status) {
    String requestId = status.requestId();
    if (!byRequestId.containsKey(requestId) && byRequestId.size() >= requestsMax && !makeRoom()) {
      leftOut = true;
      return;
    }
    byRequestId.put(requestId, status);
    if (status.accepted() != null && status.accepted().getIdempotencyKey() != null) {
      requestIdByKey.putIfAbsent(status.accepted().getIdempotencyKey(), requestId);
    }
    if (status.isFinished()) {
      finished.add(requestId);
    }
  }

  private boolean makeRoom() {
    if (finished.isEmpty()) {
      return false;
    }
    String eldest = finished.iterator().next();
    finished.remove(eldest);
    RequestStatus forgotten = byRequestId.remove(eldest);
    if (forgotten.accepted() != null && forgotten.accepted().getIdempotencyKey() != null) {
      requestIdByKey.remove(forgotten.accepted().getIdempotencyKey(), eldest);
    }
    return true;
  }
}
