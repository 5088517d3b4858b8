package io.lethe.serving.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The requests that a version has forgotten.
 *
 * @param requestIds the requests
 * @param digest hex digest that stands for them in headers and acknowledgements
 */
public record Watermark(Set<String> requestIds, String digest) {
  public Watermark {
    requestIds = Set.copyOf(requestIds);
    Objects.requireNonNull(digest, "digest");
  }

  /**
   * Whether the digest really stands for these requests: hex SHA-256 over the sorted ids, each
   * followed by a line feed.
   */
  public boolean sound() {
    MessageDigest sha256 = sha256();
    for (String requestId : new TreeSet<>(requestIds)) {
      sha256.update(requestId.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
    }
    return HexFormat.of().formatHex(sha256.digest()).equals(digest);
  }

  /** Whether every one of the given requests has been forgotten. */
  public boolean covers(Collection<String> others) {
    return requestIds.containsAll(others);
  }

  /** How many of the given requests have not been forgotten. */
  public long missing(Collection<String> others) {
    return others.stream().filter(requestId -> !requestIds.contains(requestId)).count();
  }

  /** How many requests have been forgotten. */
  public int size() {
    return requestIds.size();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(
          "Every Java runtime has SHA-256; this one does not.", impossible);
    }
  }
}
