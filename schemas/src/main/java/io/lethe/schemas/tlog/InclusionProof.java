package io.lethe.schemas.tlog;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * That a log has an entry, to be checked offline (C2SP tlog-proof).
 *
 * @param index the entry's position, from 0
 * @param hashes the audit path, from the entry's sibling up
 * @param checkpoint the signed checkpoint that the path leads to
 */
public record InclusionProof(long index, List<byte[]> hashes, String checkpoint) {
  private static final String HEADER = "c2sp.org/tlog-proof@v1\n";
  private static final String EXTRA = "extra ";
  private static final String INDEX = "index ";
  private static final int HASHES_MAX = 64;
  private static final String REMEDY = "fetch the receipt again from the ledger's /v1/receipts";

  /** The proof as text. */
  public String text() {
    StringBuilder text = new StringBuilder(HEADER).append(INDEX).append(index).append('\n');
    for (byte[] hash : hashes) {
      text.append(Base64.getEncoder().encodeToString(hash)).append('\n');
    }
    return text.append('\n').append(checkpoint).toString();
  }

  /**
   * Reads a proof; nothing is verified yet.
   *
   * @throws TamperedException when it is none
   */
  public static InclusionProof parse(String text) throws TamperedException {
    int end = text.indexOf("\n\n");
    if (!text.startsWith(HEADER) || end < 0) {
      throw malformed("it does not begin as a tlog-proof does");
    }
    List<String> lines =
        new ArrayList<>(List.of(text.substring(HEADER.length(), end + 1).split("\n")));
    if (lines.get(0).startsWith(EXTRA)) {
      lines.remove(0);
    }
    String index = lines.isEmpty() ? "" : lines.remove(0);
    if (!index.matches(INDEX + "(0|[1-9]\\d{0,17})") || lines.size() > HASHES_MAX) {
      throw malformed("it names no entry");
    }
    List<byte[]> hashes = new ArrayList<>(lines.size());
    for (String line : lines) {
      hashes.add(hash(line));
    }
    return new InclusionProof(
        Long.parseLong(index.substring(INDEX.length())), hashes, text.substring(end + 2));
  }

  /**
   * Verifies that the log had the entry.
   *
   * @param keys the log's; any one suffices
   * @return the checkpoint that proves it
   * @throws TamperedException when it does not
   */
  public Checkpoint verify(byte[] entry, List<NoteKey> keys) throws TamperedException {
    Checkpoint signed = Checkpoint.verify(checkpoint, keys);
    if (index >= signed.size()) {
      throw TamperedException.atEntry(
          index,
          "the proof names entry "
              + (index + 1)
              + ", but its checkpoint holds "
              + signed.size()
              + " entries",
          REMEDY);
    }
    if (!MerkleTree.isIncluded(
        MerkleTree.leafHash(entry), index, signed.size(), hashes, signed.root())) {
      throw TamperedException.atEntry(
          index,
          "entry "
              + (index + 1)
              + " is not in the log of the checkpoint: the entry or the proof was changed",
          REMEDY + ", and keep the changed one as evidence");
    }
    return signed;
  }

  private static byte[] hash(String line) throws TamperedException {
    try {
      byte[] hash = StrictBase64.decode(line);
      if (hash.length == MerkleTree.HASH_BYTES) {
        return hash;
      }
    } catch (IllegalArgumentException noBase64) {
      throw malformed("a hash is not Base64");
    }
    throw malformed("a hash is not " + MerkleTree.HASH_BYTES + " bytes long");
  }

  private static TamperedException malformed(String what) {
    return TamperedException.of("the proof cannot be read: " + what, REMEDY);
  }
}
