package io.lethe.accumulator.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Names made of content: the same requests and samples give the same names on every machine and at
 * every time.
 */
public final class Digests {
  private Digests() {}

  /** Hex SHA-256 over the ordered sample ids, one a line. */
  public static String samples(Collection<String> sampleIds) {
    return HexFormat.of().formatHex(sha256(List.of(sampleIds)));
  }

  /**
   * Hex SHA-256 over the model, the sequence number, the request ids and the sample ids in order,
   * one a line.
   */
  public static String forgetSetId(
      String modelId, long sequence, Collection<String> requestIds, Collection<String> sampleIds) {
    return HexFormat.of()
        .formatHex(
            sha256(List.of(List.of(modelId, Long.toString(sequence)), requestIds, sampleIds)));
  }

  /**
   * The first 16 bytes, in hex, of SHA-256 over the seed and the sample id: uniform, and the same
   * in every order of arrival.
   */
  static String priority(String seed, String sampleId) {
    return HexFormat.of().formatHex(sha256(List.of(List.of(seed, sampleId))), 0, 16);
  }

  private static byte[] sha256(List<Collection<String>> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Collection<String> part : parts) {
        for (String line : part) {
          digest.update(line.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) '\n');
        }
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(
          "Every Java runtime has SHA-256; this one does not.", impossible);
    }
  }
}
