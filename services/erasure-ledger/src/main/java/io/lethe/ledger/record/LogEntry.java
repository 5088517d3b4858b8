package io.lethe.ledger.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;

/**
 * One entry of the log: a step of a request and the snapshot after it. Number and previous hash
 * come first, since an audit looks for them there.
 *
 * @param sequence position in the log, from 1
 * @param previousHash hex hash of the entry before, as the tree has it; 64 zeros for the first
 * @param at when the ledger recorded it
 * @param receiptDigest hex SHA-256 of what the receipt says that the step issues; left out when it
 *     issues none
 */
public record LogEntry(
    long sequence,
    String previousHash,
    Instant at,
    RequestEvent event,
    RequestStage from,
    RequestSnapshot after,
    @JsonInclude(JsonInclude.Include.NON_NULL) String receiptDigest) {
  /** Position in the log, from 0, as proofs count. */
  public long index() {
    return sequence - 1;
  }
}
