package io.lethe.ledger.callback;

import io.lethe.ledger.callback.CallbackOffice.Announcement;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.receipt.ReceiptIssuer;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.LogEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Issues receipts and announces each to its producer, before the ledger publishes anything. */
public final class AnnouncedReceipts implements ReceiptIssuer {
  private final ReceiptOffice receipts;
  private final CallbackOffice callbacks;

  public AnnouncedReceipts(ReceiptOffice receipts, CallbackOffice callbacks) {
    this.receipts = receipts;
    this.callbacks = callbacks;
  }

  @Override
  public Map<Step, String> draft(List<Step> steps, Instant at, Knowledge knowledge) {
    return receipts.draft(steps, at, knowledge);
  }

  @Override
  public void issue(List<LogEntry> entries) {
    receipts.issue(entries);
    callbacks.announce(entries.stream().flatMap(entry -> announcement(entry).stream()).toList());
  }

  private Optional<Announcement> announcement(LogEntry entry) {
    String requestId = entry.after().requestId();
    String receiptId = entry.after().receiptId();
    return receipts
        .find(requestId, receiptId)
        .map(signed -> new Announcement(receiptId, requestId, receipts.content(signed).source()));
  }
}
