package io.lethe.intake.accept;

import io.lethe.intake.domain.Dates;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatus;
import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ScopeKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes the records of deletion.requested. */
final class RequestRecords {
  /** Of a request whose record has expired only the ledger's snapshot is left. */
  private static final DeletionScope UNKNOWN_SCOPE =
      DeletionScope.newBuilder().setKind(ScopeKind.UNKNOWN).setItemIds(List.of()).build();

  private RequestRecords() {}

  static DeletionRequested erase(Submission submission, Dates dates, String contentDigest) {
    return DeletionRequested.newBuilder()
        .setRequestId(submission.requestId())
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(submission.subjectRef())
        .setScope(scope(submission.scope()))
        .setRegime(submission.regime())
        .setReceivedAt(dates.receivedAt())
        .setAcceptedAt(dates.acceptedAt())
        .setDueAt(dates.dueAt())
        .setSource(submission.source())
        .setContentDigest(contentDigest)
        .setIdempotencyKey(submission.idempotencyKeyRef())
        .build();
  }

  /** The withdrawal of a request: the same record, but for the action and the acceptance. */
  static DeletionRequested withdraw(RequestStatus known, Instant acceptedAt) {
    return followUp(known, DeletionAction.WITHDRAW, acceptedAt).build();
  }

  /** The extension of a request's deadline: the same record, but for what moved and why. */
  static DeletionRequested extend(
      RequestStatus known, ExtensionRequest extension, Instant dueAt, Instant acceptedAt) {
    return followUp(known, DeletionAction.EXTEND, acceptedAt)
        .setDueAt(dueAt)
        .setExtension(
            DeadlineExtension.newBuilder()
                .setFirstDueAt(known.dueAt())
                .setReason(extension.reason())
                .setNotifiedAt(extension.notifiedAt().truncatedTo(ChronoUnit.MILLIS))
                .build())
        .build();
  }

  private static DeletionRequested.Builder followUp(
      RequestStatus known, DeletionAction action, Instant acceptedAt) {
    DeletionRequested accepted = known.accepted();
    return DeletionRequested.newBuilder()
        .setRequestId(known.requestId())
        .setAction(action)
        .setSubjectRef(known.subjectRef())
        .setScope(accepted == null ? UNKNOWN_SCOPE : accepted.getScope())
        .setRegime(known.regime())
        .setReceivedAt(known.receivedAt())
        .setAcceptedAt(acceptedAt.truncatedTo(ChronoUnit.MILLIS))
        .setDueAt(known.dueAt())
        .setSource(accepted == null ? "" : accepted.getSource())
        .setContentDigest(accepted == null ? "" : accepted.getContentDigest())
        .setIdempotencyKey(accepted == null ? null : accepted.getIdempotencyKey());
  }

  private static DeletionScope scope(ErasureScope scope) {
    return DeletionScope.newBuilder()
        .setKind(scope.kind())
        .setItemIds(scope.itemIds())
        .setFrom(scope.from())
        .setUntil(scope.until())
        .build();
  }
}
