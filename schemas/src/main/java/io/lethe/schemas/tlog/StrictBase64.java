package io.lethe.schemas.tlog;

import java.util.Base64;

/** Base64 in the one spelling that its bytes have, so that no changed character goes unnoticed. */
final class StrictBase64 {
  private StrictBase64() {}

  /**
   * Decodes a line.
   *
   * @throws IllegalArgumentException when it is not Base64, or not as an encoder writes it
   */
  static byte[] decode(String line) {
    byte[] bytes = Base64.getDecoder().decode(line);
    if (!Base64.getEncoder().encodeToString(bytes).equals(line)) {
      throw new IllegalArgumentException("another spelling of the same bytes");
    }
    return bytes;
  }
}
