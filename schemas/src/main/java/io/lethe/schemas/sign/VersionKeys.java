package io.lethe.schemas.sign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * Ed25519 keys in PEM files, as OpenSSL writes them: {@code openssl genpkey -algorithm ed25519 -out
 * FILE} and {@code openssl pkey -in FILE -pubout}.
 */
public final class VersionKeys {
  static final String ALGORITHM = "Ed25519";

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private VersionKeys() {}

  /**
   * The key that signs.
   *
   * @throws IllegalArgumentException when the file holds no such key; the message names no content
   */
  public static PrivateKey privateKey(Path file) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(body(file, PRIVATE)));
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      // No cause: it may quote the file.
      throw new IllegalArgumentException(
          file
              + " is no Ed25519 private key in PEM (PKCS #8); make one with openssl genpkey"
              + " -algorithm ed25519");
    }
  }

  /**
   * A key that verifies.
   *
   * @throws IllegalArgumentException when the file holds no such key
   */
  public static PublicKey publicKey(Path file) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(body(file, PUBLIC)));
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      throw new IllegalArgumentException(
          file
              + " is no Ed25519 public key in PEM; take it from the private one with openssl pkey"
              + " -pubout");
    }
  }

  /** The key as the text of a PEM file. */
  public static String pem(PrivateKey key) {
    return pem(PRIVATE, key.getEncoded());
  }

  /** The key as the text of a PEM file. */
  public static String pem(PublicKey key) {
    return pem(PUBLIC, key.getEncoded());
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static byte[] body(Path file, String kind) {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The key file " + file + " cannot be read.", unreadable);
    }
    String begin = "-----BEGIN " + kind + "-----";
    String end = "-----END " + kind + "-----";
    if (!text.startsWith(begin) || !text.endsWith(end)) {
      throw new IllegalArgumentException("not " + kind);
    }
    return Base64.getMimeDecoder()
        .decode(text.substring(begin.length(), text.length() - end.length()));
  }
}
