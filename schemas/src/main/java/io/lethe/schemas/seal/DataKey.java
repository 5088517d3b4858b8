package io.lethe.schemas.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.errors.SerializationException;

/** A key of 256 bits and its id, which may be told. Safe for use by many threads. */
public final class DataKey {
  /** What sealing adds to a text: nonce and tag. */
  public static final int SEAL_BYTES = 28;

  static final int KEY_BYTES = 32;

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String id;
  private final SecretKeySpec key;

  /**
   * A key as a key store holds it.
   *
   * @param key 32 random bytes; copied
   */
  public DataKey(String id, byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "A data key must have " + KEY_BYTES + " bytes; got " + key.length + ".");
    }
    this.id = id;
    this.key = new SecretKeySpec(key, "AES");
  }

  public String id() {
    return id;
  }

  /** Nonce, then the encrypted text and its tag. */
  public ByteBuffer seal(ByteBuffer text) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    ByteBuffer sealed = ByteBuffer.allocate(SEAL_BYTES + text.remaining());
    sealed.put(nonce);
    try {
      cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.duplicate(), sealed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("The runtime cannot encrypt with " + CIPHER, impossible);
    }
    return sealed.flip();
  }

  /**
   * The text that was sealed.
   *
   * @throws SerializationException when it was sealed under another key, or altered since
   */
  public ByteBuffer open(ByteBuffer sealed) {
    ByteBuffer rest = sealed.duplicate();
    if (rest.remaining() < SEAL_BYTES) {
      throw new SerializationException(
          "A sealed text has at least " + SEAL_BYTES + " bytes; got " + rest.remaining() + ".");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    rest.get(nonce);
    byte[] encrypted = new byte[rest.remaining()];
    rest.get(encrypted);
    try {
      return ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(encrypted));
    } catch (GeneralSecurityException altered) {
      throw new SerializationException(
          "A text of "
              + sealed.remaining()
              + " bytes does not open under data key "
              + id
              + ": it was sealed under another key, or altered since.");
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    // A text moved under another key's name would not open.
    cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "DataKey " + id;
  }
}
