package io.lethe.worker.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is derived from names, so that the same name always gives the same. */
public final class Digests {
  private Digests() {}

  /** Hex SHA-256 of the text. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(bytes(text));
  }

  /** Seed of a forget set's run: the first eight bytes of the SHA-256 of its id. */
  public static long seed(String forgetSetId) {
    return ByteBuffer.wrap(bytes(forgetSetId)).getLong();
  }

  private static byte[] bytes(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform carries SHA-256", e);
    }
  }
}
