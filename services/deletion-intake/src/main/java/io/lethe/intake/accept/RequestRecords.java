package io.lethe.intake.accept;

import io.lethe.intake.domain.Dates;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatus;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ScopeKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes the records of deletion.requested. */
final class RequestRecords {
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
    if (known.accepted() != null) {
      return DeletionRequested.newBuilder(known.accepted())
          .setAction(DeletionAction.WITHDRAW)
          .setAcceptedAt(acceptedAt.truncatedTo(ChronoUnit.MILLIS))
          .build();
    }
    return DeletionRequested.newBuilder()
        .setRequestId(known.requestId())
        .setAction(DeletionAction.WITHDRAW)
        .setSubjectRef(known.subjectRef())
        .setScope(
            DeletionScope.newBuilder().setKind(ScopeKind.UNKNOWN).setItemIds(List.of()).build())
        .setRegime(known.regime())
        .setReceivedAt(known.receivedAt())
        .setAcceptedAt(acceptedAt.truncatedTo(ChronoUnit.MILLIS))
        .setDueAt(known.dueAt())
        .setContentDigest("")
        .build();
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
