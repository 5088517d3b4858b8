package io.lethe.ledger.receipt;

import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.ForgetSet;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.ReleasedVersion;
import io.lethe.ledger.domain.TrainedCandidate;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.GateResult;
import java.util.List;
import java.util.Optional;

/** Words a receipt from a completed request and what is known about it. */
final class ReceiptWriter {
  private static final String CLAIM = "approximate";
  private static final String FORGOTTEN = "FORGOTTEN";
  private static final String NOTHING_HELD = "NOTHING_HELD";

  private ReceiptWriter() {}

  static Receipt write(LogEntry completion, Knowledge knowledge) {
    RequestSnapshot request = completion.after();
    Optional<ReleasedVersion> version =
        Optional.ofNullable(request.version()).flatMap(knowledge.versions()::find);
    Optional<TrainedCandidate> candidate = knowledge.candidate(request.forgetSetId());
    return new Receipt(
        request.receiptId(),
        request.requestId(),
        request.subjectRef(),
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
        CLAIM,
        request.samples() != null && request.samples() == 0 ? NOTHING_HELD : FORGOTTEN,
        request.samples(),
        request.forgetSetId(),
        knowledge
            .forgetSet(request.requestId())
            .map(ForgetSet::digest)
            .or(() -> candidate.map(TrainedCandidate::forgetSetDigest))
            .orElse(null),
        request.adapterId(),
        request.version(),
        version.map(ReleasedVersion::watermarkDigest).orElse(null),
        version
            .map(ReleasedVersion::recommenderDigest)
            .or(() -> candidate.map(TrainedCandidate::recommenderDigest))
            .orElse(null),
        version
            .map(ReleasedVersion::method)
            .or(() -> candidate.map(TrainedCandidate::method))
            .orElse(null),
        gates(
            version
                .map(ReleasedVersion::gates)
                .or(() -> candidate.map(TrainedCandidate::gates))
                .orElse(List.of())),
        request.acknowledgedBy(),
        new Receipt.LogPosition(completion.sequence(), completion.previousHash()),
        completion.at());
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
