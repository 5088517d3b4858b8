package io.lethe.schemas.tlog;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How each entry of the ledger's log begins: with its number and the hash of the one before. The
 * tree proves as much; the link tells where to look when the tree's hashes were changed too.
 *
 * @param sequence the entry's number, from 1
 * @param previousHash hex hash of the entry before, as the tree has it; 64 zeros for the first
 */
record EntryLink(long sequence, String previousHash) {
  private static final Pattern BEGINNING =
      Pattern.compile("\\{\"sequence\":(\\d{1,18}),\"previousHash\":\"([0-9a-f]{64})\"");
  private static final int BEGINNING_BYTES_MAX = 128;
  private static final String GENESIS = "0".repeat(2 * MerkleTree.HASH_BYTES);

  /** The link; nothing when the entry does not begin with one. */
  static Optional<EntryLink> of(byte[] entry) {
    Matcher matcher =
        BEGINNING.matcher(
            new String(
                entry,
                0,
                Math.min(entry.length, BEGINNING_BYTES_MAX),
                StandardCharsets.ISO_8859_1));
    return matcher.lookingAt()
        ? Optional.of(new EntryLink(Long.parseLong(matcher.group(1)), matcher.group(2)))
        : Optional.empty();
  }

  /** Whether it names that hash, null for none, as the one before. */
  boolean follows(byte[] hashBefore) {
    String expected = hashBefore == null ? GENESIS : HexFormat.of().formatHex(hashBefore);
    return previousHash.equals(expected);
  }
}
