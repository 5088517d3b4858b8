package io.lethe.ledger.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How a line of the log is sealed: the JSON object's last member is the hex SHA-256 of the object
 * without it, byte for byte, so that verifying needs no canonical form.
 */
final class HashChain {
  /** What the first entry names as the hash before it. */
  static final String GENESIS = "0".repeat(64);

  private static final String HASH_MEMBER = ",\"hash\":\"";
  private static final int SEAL_LENGTH = HASH_MEMBER.length() + 64 + "\"}".length();

  private HashChain() {}

  /** Seals an object. */
  static String seal(String object) {
    return object.substring(0, object.length() - 1) + HASH_MEMBER + hash(object) + "\"}";
  }

  /** The object of a sealed line; null when the line is not sealed or the seal does not match. */
  static String open(String line) {
    int end = line.length() - SEAL_LENGTH;
    if (end < 1 || !line.startsWith(HASH_MEMBER, end)) {
      return null;
    }
    String object = line.substring(0, end) + "}";
    return seal(object).equals(line) ? object : null;
  }

  /** Hex SHA-256 of a text. */
  static String hash(String object) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(object.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }
}
