package io.lethe.ledger.receipt;

import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.ForgetSet;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.ReleasedVersion;
import io.lethe.ledger.domain.TrainedCandidate;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.GateResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Words a receipt from a completed request and what is known about it. */
final class ReceiptWriter {
  private static final String FORGOTTEN = "FORGOTTEN";
  private static final String NOTHING_HELD = "NOTHING_HELD";

  private ReceiptWriter() {}

  static Receipt write(RequestSnapshot request, Instant at, Knowledge knowledge) {
    boolean exact = request.exactAt() != null;
    Long number = exact ? request.exactVersion() : request.version();
    Optional<ReleasedVersion> version =
        Optional.ofNullable(number).flatMap(knowledge.versions()::find);
    Optional<TrainedCandidate> candidate = knowledge.candidate(request.forgetSetId());
    // The candidate of the forget set says nothing of the one that made it exact.
    Optional<TrainedCandidate> released = exact ? Optional.empty() : candidate;
    return new Receipt(
        request.receiptId(),
        request.requestId(),
        request.subjectRef(),
        knowledge
            .request(request.requestId())
            .map(accepted -> accepted.request().getSource())
            .orElse(null),
        knowledge
            .request(request.requestId())
            .map(AcceptedRequest::request)
            .map(accepted -> scope(accepted.getScope()))
            .orElse(null),
        request.regime(),
        request.receivedAt(),
        request.acceptedAt(),
        request.dueAt(),
        request.suppressedAt(),
        request.unlearnedAt(),
        request.exactAt(),
        exact ? Receipt.EXACT : Receipt.APPROXIMATE,
        request.samples() != null && request.samples() == 0 ? NOTHING_HELD : FORGOTTEN,
        request.samples(),
        request.forgetSetId(),
        knowledge
            .forgetSet(request.requestId())
            .map(ForgetSet::digest)
            .or(() -> candidate.map(TrainedCandidate::forgetSetDigest))
            .orElse(null),
        exact ? request.exactAdapterId() : request.adapterId(),
        number,
        version.map(ReleasedVersion::watermarkDigest).orElse(null),
        version
            .map(ReleasedVersion::recommenderDigest)
            .or(() -> candidate.map(TrainedCandidate::recommenderDigest))
            .orElse(null),
        version
            .map(ReleasedVersion::method)
            .or(() -> released.map(TrainedCandidate::method))
            .orElse(null),
        gates(
            version
                .map(ReleasedVersion::gates)
                .or(() -> released.map(TrainedCandidate::gates))
                .orElse(List.of())),
        request.acknowledgedBy(),
        at,
        null,
        request.extension());
  }

  /**
   * The exact receipt of a request that had an approximate one: what was asked is told from that
   * one, since the ledger may know it no more; what is served now is told anew.
   */
  static Receipt renew(Receipt first, RequestSnapshot request, Instant at, Knowledge knowledge) {
    Receipt exact = write(request, at, knowledge);
    return new Receipt(
        exact.receiptId(),
        exact.requestId(),
        exact.subjectRef(),
        first.source(),
        first.scope(),
        exact.regime(),
        exact.receivedAt(),
        exact.acceptedAt(),
        exact.dueAt(),
        exact.suppressedAt(),
        exact.unlearnedAt(),
        exact.exactAt(),
        exact.claim(),
        exact.outcome(),
        exact.samples(),
        exact.forgetSetId(),
        first.forgetSetDigest(),
        exact.adapterId(),
        exact.version(),
        exact.watermarkDigest(),
        exact.recommenderDigest() == null ? first.recommenderDigest() : exact.recommenderDigest(),
        exact.method(),
        exact.gates(),
        exact.acknowledgedBy(),
        exact.issuedAt(),
        first.receiptId(),
        exact.extension());
  }

  private static Receipt.Scope scope(DeletionScope scope) {
    return new Receipt.Scope(
        scope.getKind().name(), List.copyOf(scope.getItemIds()), scope.getFrom(), scope.getUntil());
  }

  private static List<Receipt.Gate> gates(List<GateResult> gates) {
    return gates.stream()
        .map(
            gate ->
                new Receipt.Gate(
                    gate.getGate(),
                    gate.getValue(),
                    gate.getLower(),
                    gate.getUpper(),
                    gate.getReference(),
                    gate.getPassed()))
        .toList();
  }
}
