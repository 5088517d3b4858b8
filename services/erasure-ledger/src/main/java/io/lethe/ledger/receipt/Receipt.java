package io.lethe.ledger.receipt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.schemas.event.Regime;
import java.time.Instant;
import java.util.List;

/**
 * What a receipt says. Members that are not known are null. Receipts from before the Merkle log had
 * a member more, their place in the log of that time, which is passed over.
 *
 * @param exactAt when every live server served a model that never saw the data; null while the
 *     claim is approximate
 * @param claim approximate: the served adapter forgot what the recommender beneath it has seen;
 *     exact: what is served was tuned without ever seeing it
 * @param source the account system that asked; null where the ledger knows it no more
 * @param outcome FORGOTTEN or NOTHING_HELD
 * @param samples how many samples of the subject the forget set held
 * @param adapterId the adapter of that version; null when the recommender is served bare
 * @param version the first released version whose watermark holds the request; of an exact claim
 *     the version by which every live server forgot it exactly
 * @param acknowledgedBy the servers that served it, sorted
 * @param issuedAt when the request was completed, or, where it was completed before, became exact
 * @param renews id of the approximate receipt that this exact one follows; left out when there is
 *     none. That one stays valid for what it says
 * @param extension how dueAt came to move; left out when the first deadline stood
 */
@JsonIgnoreProperties("log")
public record Receipt(
    String receiptId,
    String requestId,
    String subjectRef,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String source,
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
    Instant issuedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) String renews,
    @JsonInclude(JsonInclude.Include.NON_NULL) RequestSnapshot.Extension extension) {
  static final String APPROXIMATE = "approximate";
  static final String EXACT = "exact";

  /** What was to be erased. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Scope(String kind, List<String> itemIds, Instant from, Instant until) {}

  /** A gate's verdict. */
  public record Gate(
      String gate, double value, Double lower, Double upper, String reference, boolean passed) {}
}
