package io.lethe.ledger.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.lethe.ledger.callback.Callback;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.RequestSnapshot;
import java.time.Instant;
import java.util.List;

/**
 * Everything that the ledger holds about a request.
 *
 * @param exportedAt when it was put together
 * @param standing where the request stands
 * @param log the log's name
 * @param entries what the log says of it, in order
 * @param receipts what is signed, the first one first
 * @param callbacks what its producer was not told yet
 */
public record RequestExport(
    Instant exportedAt,
    RequestSnapshot standing,
    String log,
    List<LogEntry> entries,
    List<Signed> receipts,
    List<Callback> callbacks) {
  /**
   * A receipt.
   *
   * @param signed as it was issued
   */
  public record Signed(String receiptId, @JsonRawValue String signed) {}
}
