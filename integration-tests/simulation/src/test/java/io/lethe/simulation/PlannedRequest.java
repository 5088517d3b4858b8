package io.lethe.simulation;

import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.Submission;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;

/**
 * What one person will ask for.
 *
 * @param throughKafka whether it comes through Kafka instead of HTTP
 * @param withdrawn whether the person will take it back
 */
record PlannedRequest(
    String requestId,
    String subjectRef,
    ErasureScope scope,
    boolean throughKafka,
    boolean withdrawn) {
  Submission submission() {
    return new Submission(requestId, subjectRef, scope, Regime.GDPR, null, null, "accounts", null);
  }

  DeletionSubmitted record(boolean withdraw) {
    return DeletionSubmitted.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef(subjectRef)
        .setScope(
            DeletionScope.newBuilder()
                .setKind(scope.kind())
                .setItemIds(scope.itemIds())
                .setFrom(scope.from())
                .setUntil(scope.until())
                .build())
        .setRegime(Regime.GDPR)
        .setSource("accounts")
        .setWithdraw(withdraw)
        .build();
  }
}
