package io.lethe.ledger.http;

import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.flow.Candidate;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.ledger.record.TransitionLog;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Puts the story of a request together from the log and what the other services told. */
@Singleton
class Stories {
  private final TransitionLog log;
  private final FlowTable flow;
  private final ReceiptOffice receipts;
  private final CallbackOffice callbacks;

  Stories(TransitionLog log, FlowTable flow, ReceiptOffice receipts, CallbackOffice callbacks) {
    this.log = log;
    this.flow = flow;
    this.receipts = receipts;
    this.callbacks = callbacks;
  }

  RequestStory of(RequestSnapshot standing, Instant now) {
    String requestId = standing.requestId();
    List<Candidate> candidates =
        standing.forgetSetId() == null ? List.of() : flow.candidatesOf(standing.forgetSetId());
    return new RequestStory(
        standing,
        Duration.between(now, standing.dueAt()).toMillis(),
        log.entriesOf(requestId).stream().map(Stories::step).toList(),
        flow.forgetSet(standing.forgetSetId()).orElse(null),
        candidates,
        flow.version(standing.version()).orElse(null),
        flow.version(standing.exactVersion()).orElse(null),
        Stream.of(RequestProgress.receiptId(requestId), RequestProgress.exactReceiptId(requestId))
            .filter(receiptId -> receipts.find(requestId, receiptId).isPresent())
            .toList(),
        callbacks.of(requestId));
  }

  private static RequestStory.StoryStep step(LogEntry entry) {
    RequestSnapshot after = entry.after();
    Instant told =
        switch (entry.event()) {
          case REQUEST_ACCEPTED -> after.acceptedAt();
          case SUPPRESSION_ACKNOWLEDGED -> after.suppressedAt();
          case FORGET_SET_CLOSED -> after.forgetSetClosedAt();
          case VERSION_RELEASED -> after.releasedAt();
          case UNLEARNING_ACKNOWLEDGED -> after.unlearnedAt();
          case EXACT_ACKNOWLEDGED -> after.exactAt();
          default -> null;
        };
    Instant at = told == null ? entry.at() : told;
    return new RequestStory.StoryStep(
        entry.sequence(),
        entry.event(),
        entry.from(),
        after.stage(),
        at,
        entry.at(),
        Duration.between(after.acceptedAt(), at).toMillis());
  }
}
