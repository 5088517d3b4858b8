package io.lethe.ledger.receipt;

import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.record.LogEntry;

/** Where receipts are issued. */
@FunctionalInterface
public interface ReceiptIssuer {
  /**
   * Issues the receipt that the snapshot of a completed request names, unless it is there.
   *
   * @param entry the log's entry of its completion, or of its becoming exact afterwards
   * @throws io.lethe.ledger.record.StorageException when it could not be written, or the one before
   *     it not be read
   */
  void issue(LogEntry entry, Knowledge knowledge);
}
