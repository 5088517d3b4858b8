package io.lethe.ledger.receipt;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.lethe.schemas.event.Regime;
import java.time.Instant;
import java.util.List;

/**
 * What a receipt says. Members that are not known are null.
 *
 * @param exactAt null: no model that never saw the data has been released
 * @param claim approximate: the served adapter forgot, the recommender beneath it did not
 * @param outcome FORGOTTEN or NOTHING_HELD
 * @param samples how many samples of the subject the forget set held
 * @param version the first released version whose watermark holds the request
 * @param acknowledgedBy the servers that served it, sorted
 * @param issuedAt when the request was completed
 */
public record Receipt(
    String receiptId,
    String requestId,
    String subjectRef,
    Scope scope,
    Regime regime,
    Instant receivedAt,
    Instant acceptedAt,
    Instant dueAt,
    Instant suppressedAt,
    Instant unlearnedAt,
    Instant exactAt,
    String claim,
    String outcome,
    Integer samples,
    String forgetSetId,
    String forgetSetDigest,
    String adapterId,
    Long version,
    String watermarkDigest,
    String recommenderDigest,
    String method,
    List<Gate> gates,
    List<String> acknowledgedBy,
    LogPosition log,
    Instant issuedAt) {
  /** What was to be erased. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Scope(String kind, List<String> itemIds, Instant from, Instant until) {}

  /** A gate's verdict. */
  public record Gate(
      String gate, double value, Double lower, Double upper, String reference, boolean passed) {}

  /** Where the completion stands in the ledger's log. */
  public record LogPosition(long sequence, String previousHash) {}
}
