package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.schemas.tlog.Checkpoint;

/**
 * A receipt that verifies.
 *
 * @param content what was signed
 * @param index position in the log of the entry that names it, from 0; null for a receipt from
 *     before the Merkle log
 * @param entry that entry's bytes; null likewise
 * @param checkpoint what proves it; null likewise
 */
public record VerifiedReceipt(JsonNode content, Long index, byte[] entry, Checkpoint checkpoint) {
  /** Whether the log names it. */
  public boolean isProven() {
    return checkpoint != null;
  }
}
