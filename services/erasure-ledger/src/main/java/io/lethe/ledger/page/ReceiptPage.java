package io.lethe.ledger.page;

import io.lethe.ledger.receipt.Receipt;
import java.util.List;

/**
 * A receipt as a person reads and prints it.
 *
 * @param headline approximate or exact, in a sentence
 * @param meaning what that claims
 * @param scope what was to be erased; null where it is not known
 * @param extension how the deadline came to move; null while the first one stood
 * @param proof the tlog-proof; null for receipts from before the Merkle log
 * @param entryNumber the log's entry that names the receipt, from 1
 */
public record ReceiptPage(
    Receipt receipt,
    String headline,
    String meaning,
    String scope,
    String extension,
    List<Clock> clocks,
    String method,
    String samples,
    String version,
    String servers,
    List<GateRow> gates,
    String keyId,
    String origin,
    String verifierKey,
    String proof,
    long entryNumber) {
  /**
   * One of the three clocks.
   *
   * @param metAt when it was met, or that it was not yet
   * @param after how long after the acceptance
   * @param deadline whether that was in time
   * @param style a class of the style sheet
   */
  public record Clock(String name, String metAt, String after, String deadline, String style) {}

  /** A gate's verdict. */
  public record GateRow(
      String name, String value, String band, String reference, String verdict, String style) {}
}
