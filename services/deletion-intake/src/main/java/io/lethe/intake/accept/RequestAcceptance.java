package io.lethe.intake.accept;

import io.lethe.intake.domain.Dates;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.publish.RequestPublisher;
import io.lethe.intake.status.RequestStatus;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.RequestStage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Accepts requests, withdrawals and extensions: each has one effect, however often and through
 * whichever door it comes. A repetition is told by its id or its idempotency key; while the first
 * is still on its way to the broker, the repetition joins it instead of publishing again. Safe for
 * use by many threads.
 *
 * <p>Two instances of intake may each publish the same request, when the second has not yet read
 * what the first published; readers of deletion.requested go by the request id.
 */
public final class RequestAcceptance {
  private final RequestStatusTable table;
  private final DatingRules rules;
  private final RequestPublisher publisher;
  private final int publicationsInFlightMax;
  private final Clock clock;
  private final Object lock = new Object();
  private final Map<String, Publication> erasures = new HashMap<>();
  private final Map<String, String> requestIdByKey = new HashMap<>();
  private final Map<String, Publication> withdrawals = new HashMap<>();
  private final Map<String, Publication> extensions = new HashMap<>();

  /** A request on its way to the broker. */
  private record Publication(DeletionRequested request, CompletableFuture<Void> published) {}

  /** Accepts into this table through this publisher. */
  public RequestAcceptance(
      RequestStatusTable table,
      DatingRules rules,
      RequestPublisher publisher,
      int publicationsInFlightMax,
      Clock clock) {
    this.table = table;
    this.rules = rules;
    this.publisher = publisher;
    this.publicationsInFlightMax = publicationsInFlightMax;
    this.clock = clock;
  }

  /**
   * Accepts a request.
   *
   * @param arrivedAt when it reached us or our broker
   * @return completes when the request is durable; fails when its fate is unknown, and then sending
   *     it again is safe
   * @throws RefusedException when the dates are wrong, the id or the key stands for another
   *     request, or there is no room
   */
  public CompletableFuture<Acceptance> accept(Submission submission, Instant arrivedAt) {
    String digest = submission.contentDigest();
    Publication mine;
    synchronized (lock) {
      RequestStatus known = knownOf(submission, digest);
      if (known != null) {
        return CompletableFuture.completedFuture(new Acceptance(known, true));
      }
      Publication earlier = inFlightOf(submission, digest);
      if (earlier != null) {
        return earlier.published.thenApply(done -> acceptanceOf(earlier, true));
      }
      refuseWithoutRoom();
      Dates dates = rules.date(submission, arrivedAt, clock.instant());
      mine =
          new Publication(
              RequestRecords.erase(submission, dates, digest), new CompletableFuture<>());
      erasures.put(submission.requestId(), mine);
      if (submission.idempotencyKeyRef() != null) {
        requestIdByKey.put(submission.idempotencyKeyRef(), submission.requestId());
      }
    }
    return publish(mine, erasures);
  }

  /**
   * Asks to withdraw a request.
   *
   * @param subjectRef the person whose request it must be; null when the caller need not say
   * @param owner the account system that must have sent it; null when the caller may withdraw
   *     anybody's
   * @return completes when the withdrawal is durable
   * @throws RefusedException when the request is unknown, another person's, or its forget set has
   *     closed
   */
  public CompletableFuture<Acceptance> withdraw(String requestId, String subjectRef, String owner) {
    Publication mine;
    synchronized (lock) {
      // Another's request is answered as one that does not exist.
      RequestStatus known =
          table
              .find(requestId)
              .filter(found -> owner == null || found.isFrom(owner))
              .orElseThrow(RequestAcceptance::unknown);
      if (subjectRef != null && !subjectRef.equals(known.subjectRef())) {
        throw conflict("requestId");
      }
      if (known.isForgetSetClosed()) {
        throw new RefusedException(
            RefusalReason.TOO_LATE,
            "requestId",
            "The forget set that carries the request has closed, so the request can no longer be"
                + " withdrawn; its data is being erased.");
      }
      if (known.withdrawalRequested() || known.stage() == RequestStage.WITHDRAWN) {
        return CompletableFuture.completedFuture(new Acceptance(known, true));
      }
      Publication earlier = withdrawals.get(requestId);
      if (earlier != null) {
        return earlier.published.thenApply(done -> acceptanceOf(earlier, true));
      }
      refuseWithoutRoom();
      mine =
          new Publication(
              RequestRecords.withdraw(known, clock.instant()), new CompletableFuture<>());
      withdrawals.put(requestId, mine);
    }
    return publish(mine, withdrawals);
  }

  /**
   * Moves the deadline of a request, once.
   *
   * @return completes when the extension is durable
   * @throws RefusedException when the request is unknown, its deadline was moved before or is met,
   *     its regime has no extension, or a date does not fit
   */
  public CompletableFuture<Acceptance> extend(String requestId, ExtensionRequest extension) {
    Publication mine;
    synchronized (lock) {
      RequestStatus known = table.find(requestId).orElseThrow(RequestAcceptance::unknown);
      if (known.extension() != null) {
        return CompletableFuture.completedFuture(repeatedExtension(known, extension));
      }
      if (known.isDeadlineMet() || withdrawals.containsKey(requestId)) {
        throw new RefusedException(
            RefusalReason.NOT_EXTENDABLE,
            "requestId",
            "The request is withdrawn or forgotten exactly already, so no deadline of it runs.");
      }
      Publication earlier = extensions.get(requestId);
      if (earlier != null) {
        refuseOther(earlier.request, extension);
        return earlier.published.thenApply(done -> acceptanceOf(earlier, true));
      }
      Instant now = clock.instant();
      Instant dueAt =
          rules.extend(known.regime(), known.receivedAt(), known.dueAt(), extension, now);
      refuseWithoutRoom();
      mine =
          new Publication(
              RequestRecords.extend(known, extension, dueAt, now), new CompletableFuture<>());
      extensions.put(requestId, mine);
    }
    return publish(mine, extensions);
  }

  private static Acceptance repeatedExtension(RequestStatus known, ExtensionRequest extension) {
    refuseOther(known.extension(), known.dueAt(), extension);
    return new Acceptance(known, true);
  }

  private static void refuseOther(DeletionRequested earlier, ExtensionRequest extension) {
    refuseOther(earlier.getExtension(), earlier.getDueAt(), extension);
  }

  /** The same extension sent again gets the same answer; another one is a second extension. */
  private static void refuseOther(
      DeadlineExtension stands, Instant dueAt, ExtensionRequest extension) {
    boolean same =
        stands.getReason() == extension.reason()
            && stands.getNotifiedAt().equals(extension.notifiedAt().truncatedTo(ChronoUnit.MILLIS))
            && (extension.dueAt() == null
                || dueAt.equals(extension.dueAt().truncatedTo(ChronoUnit.MILLIS)));
    if (!same) {
      throw new RefusedException(
          RefusalReason.ALREADY_EXTENDED,
          "requestId",
          "The deadline was extended before, from "
              + stands.getFirstDueAt()
              + " to "
              + dueAt
              + "; it moves once.");
    }
  }

  private RequestStatus knownOf(Submission submission, String digest) {
    RequestStatus known = table.find(submission.requestId()).orElse(null);
    if (known != null
        && (!known.hasContent(digest, submission.subjectRef(), submission.regime())
            || isOthers(known, submission))) {
      throw conflict("requestId");
    }
    if (submission.idempotencyKeyRef() != null) {
      RequestStatus underKey = table.findByKey(submission.idempotencyKeyRef()).orElse(null);
      if (underKey != null && !underKey.requestId().equals(submission.requestId())) {
        throw conflict("Idempotency-Key");
      }
    }
    return known;
  }

  private static boolean isOthers(RequestStatus known, Submission submission) {
    return known.accepted() != null && !known.isFrom(submission.source());
  }

  private Publication inFlightOf(Submission submission, String digest) {
    String keyRef = submission.idempotencyKeyRef();
    String underKey = keyRef == null ? null : requestIdByKey.get(keyRef);
    if (underKey != null && !underKey.equals(submission.requestId())) {
      throw conflict("Idempotency-Key");
    }
    Publication earlier = erasures.get(submission.requestId());
    if (earlier != null
        && (!earlier.request.getContentDigest().equals(digest)
            || !earlier.request.getSource().equals(submission.source()))) {
      throw conflict("requestId");
    }
    return earlier;
  }

  private void refuseWithoutRoom() {
    if (table.isFull()) {
      throw new RefusedException(
          RefusalReason.UNAVAILABLE,
          null,
          "Intake remembers as many unfinished requests as it may; wait until some finish, or raise"
              + " lethe.requests-max.");
    }
    if (erasures.size() + withdrawals.size() + extensions.size() >= publicationsInFlightMax) {
      throw new RefusedException(
          RefusalReason.UNAVAILABLE,
          null,
          "Too many requests wait for the broker at once; send the request again later, or raise"
              + " lethe.publications-in-flight-max.");
    }
  }

  private CompletableFuture<Acceptance> publish(
      Publication mine, Map<String, Publication> inFlight) {
    publisher
        .publish(mine.request)
        .whenComplete(
            (done, failure) -> {
              synchronized (lock) {
                if (failure == null) {
                  table.onRequested(mine.request);
                }
                inFlight.remove(mine.request.getRequestId(), mine);
                if (mine.request.getIdempotencyKey() != null) {
                  requestIdByKey.remove(
                      mine.request.getIdempotencyKey(), mine.request.getRequestId());
                }
              }
              if (failure == null) {
                mine.published.complete(null);
              } else {
                mine.published.completeExceptionally(failure);
              }
            });
    return mine.published.thenApply(done -> acceptanceOf(mine, false));
  }

  private Acceptance acceptanceOf(Publication publication, boolean repeated) {
    RequestStatus status =
        table
            .find(publication.request.getRequestId())
            .orElseGet(() -> new RequestStatus(publication.request, false, null, null));
    return new Acceptance(status, repeated);
  }

  private static RefusedException conflict(String field) {
    return new RefusedException(
        RefusalReason.CONFLICT,
        field,
        field
            + " stands for another request already; send what was sent first, or make a new one for a"
            + " new request.");
  }

  private static RefusedException unknown() {
    return new RefusedException(
        RefusalReason.UNKNOWN_REQUEST,
        "requestId",
        "No request of that id is known; check the id that was sent with the request.");
  }
}
