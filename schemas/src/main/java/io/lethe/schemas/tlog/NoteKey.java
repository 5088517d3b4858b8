package io.lethe.schemas.tlog;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An Ed25519 key that verifies signed notes, known by name and id (C2SP signed-note).
 *
 * @param name the signer's name; a log's is its origin
 * @param id first four bytes of the SHA-256 over name and key
 * @param key the public key
 */
public record NoteKey(String name, int id, PublicKey key) {
  private static final String ALGORITHM = "Ed25519";
  private static final byte ED25519 = 1;
  private static final int KEY_BYTES = 32;

  /** What precedes the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /**
   * The key of that name.
   *
   * @throws IllegalArgumentException when the name is empty, or has a space or a plus
   */
  public static NoteKey of(String name, PublicKey key) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "A key's name must be one word without a plus, such as log.example.org/lethe (it has "
              + name.length()
              + " characters).");
    }
    return new NoteKey(name, id(name, raw(key)), key);
  }

  /**
   * Reads {@code name+id+key}, as Go's note package and the witnesses write it.
   *
   * @throws IllegalArgumentException when it is none, or its id does not follow from its key
   */
  public static NoteKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    byte[] typed = parts.length == 3 ? StrictBase64.decode(parts[2]) : new byte[0];
    if (typed.length != KEY_BYTES + 1 || typed[0] != ED25519) {
      throw new IllegalArgumentException("it is no Ed25519 key of the form name+id+key");
    }
    NoteKey key = of(parts[0], publicKey(Arrays.copyOfRange(typed, 1, typed.length)));
    if (!HexFormat.of().toHexDigits(key.id).equals(parts[1])) {
      throw new IllegalArgumentException("its id does not follow from its name and key");
    }
    return key;
  }

  /** The key of those 32 bytes. */
  public static PublicKey publicKey(byte[] raw) {
    byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
    System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException malformed) {
      throw new IllegalArgumentException("it is no Ed25519 key", malformed);
    }
  }

  /** As {@link #parse} reads it. */
  public String text() {
    byte[] raw = raw(key);
    byte[] typed = new byte[KEY_BYTES + 1];
    typed[0] = ED25519;
    System.arraycopy(raw, 0, typed, 1, KEY_BYTES);
    return name
        + "+"
        + HexFormat.of().toHexDigits(id)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** Whether the signature is this key's. */
  boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      // A signature that is not even a point on the curve is as wrong as any other.
      return false;
    }
  }

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.indexOf('+') < 0
        && name.chars()
            .noneMatch(
                letter ->
                    Character.isWhitespace(letter)
                        || Character.isSpaceChar(letter)
                        || Character.isISOControl(letter));
  }

  private static byte[] raw(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  private static int id(String name, byte[] raw) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      digest.update(ED25519);
      return java.nio.ByteBuffer.wrap(digest.digest(raw)).getInt();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }
}
