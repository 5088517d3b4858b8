package io.lethe.schemas.tlog;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a log was at one size (C2SP tlog-checkpoint).
 *
 * @param origin the log's name
 * @param size how many entries
 * @param root the Merkle root over them
 */
public record Checkpoint(String origin, long size, byte[] root) {
  private static final int LINES_MIN = 3;
  private static final int SIZE_DIGITS_MAX = 18;

  /** The text that is signed. */
  public String text() {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
  }

  /**
   * The checkpoint that a key of ours signed.
   *
   * @param keys the log's; any one suffices
   * @throws TamperedException when it is none, or none of the keys signed it
   */
  public static Checkpoint verify(String note, List<NoteKey> keys) throws TamperedException {
    SignedNote signed = SignedNote.parse(note);
    Checkpoint checkpoint = parse(signed.text());
    TamperedException refusal = null;
    for (NoteKey key : keys) {
      if (!key.name().equals(checkpoint.origin())) {
        continue;
      }
      try {
        signed.verify(key);
        return checkpoint;
      } catch (TamperedException refused) {
        refusal = refused;
      }
    }
    throw refusal == null
        ? TamperedException.of(
            "the checkpoint is of the log "
                + checkpoint.origin()
                + ", and no key that was given is of that name",
            "give the public key of that log's ledger, or take the log for another's")
        : refusal;
  }

  /**
   * Reads the text without any signature.
   *
   * @throws TamperedException when it is no checkpoint's
   */
  public static Checkpoint parse(String text) throws TamperedException {
    String[] lines = text.split("\n", -1);
    if (lines.length <= LINES_MIN
        || Arrays.stream(lines, 0, lines.length - 1).anyMatch(String::isEmpty)) {
      throw malformed("it has not the three lines origin, size and root");
    }
    String size = lines[1];
    if (!size.matches("0|[1-9]\\d*") || size.length() > SIZE_DIGITS_MAX) {
      throw malformed("its size is no whole number (" + size.length() + " characters)");
    }
    try {
      byte[] root = StrictBase64.decode(lines[2]);
      if (root.length == MerkleTree.HASH_BYTES) {
        return new Checkpoint(lines[0], Long.parseLong(size), root);
      }
    } catch (IllegalArgumentException noBase64) {
      throw malformed("its root is not Base64");
    }
    throw malformed("its root is not " + MerkleTree.HASH_BYTES + " bytes long");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Checkpoint that
        && origin.equals(that.origin)
        && size == that.size
        && Arrays.equals(root, that.root);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(root);
  }

  private static TamperedException malformed(String what) {
    return TamperedException.of(
        "the checkpoint cannot be read: " + what,
        "fetch it again from the ledger's /v1/log/checkpoint");
  }
}
