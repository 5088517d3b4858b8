package io.lethe.ledger.receipt;

import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.record.LogEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where receipts are issued: worded before their steps are logged, and signed afterwards. */
public interface ReceiptIssuer {
  /**
   * Words the receipts of those steps that issue one and keeps the words durably, so that the log
   * can name their digests and nothing has to be worded twice.
   *
   * @return each such step with the hex SHA-256 of what its receipt says
   * @throws io.lethe.ledger.record.StorageException when they could not be written, or the receipt
   *     before not be read
   */
  Map<Step, String> draft(List<Step> steps, Instant at, Knowledge knowledge);

  /**
   * Signs the receipts that the entries name and adds the proofs, save of those that are there. All
   * are durable when this returns.
   *
   * @param entries those with a receipt's digest
   * @throws io.lethe.ledger.record.StorageException when one could not be written, or its words not
   *     be read; then none is to be announced
   */
  void issue(List<LogEntry> entries);
}
