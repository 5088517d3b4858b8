package io.lethe.ledger.record;

import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.schemas.tlog.SignedNote;
import java.util.function.UnaryOperator;

/**
 * Signs what the log has become.
 *
 * @param key the public half; its name is the log's origin
 * @param signature Ed25519 over some bytes
 */
public record LogSigner(NoteKey key, UnaryOperator<byte[]> signature) {
  /** The log's name. */
  public String origin() {
    return key.name();
  }

  String sign(Checkpoint checkpoint) {
    return SignedNote.sign(checkpoint.text(), key, signature);
  }
}
