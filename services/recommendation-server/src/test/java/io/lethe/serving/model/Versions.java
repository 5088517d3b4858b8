package io.lethe.serving.model;

import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.Watermark;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/** Versions as the catalog would release them. */
public final class Versions {
  private Versions() {}

  public static ReleasedVersion bare() {
    return version(0, null, Set.of());
  }

  public static ReleasedVersion version(long number, String adapterId, Set<String> forgotten) {
    return version(number, adapterId, forgotten, forgotten);
  }

  public static ReleasedVersion version(
      long number, String adapterId, Set<String> forgotten, Set<String> minimum) {
    return new ReleasedVersion(
        number,
        adapterId,
        null,
        adapterId == null ? null : "store:" + adapterId,
        FakeScoringEngine.RECOMMENDER,
        new Watermark(forgotten, digest(forgotten)),
        minimum,
        Instant.EPOCH);
  }

  public static String digest(Set<String> requestIds) {
    StringBuilder lines = new StringBuilder();
    new TreeSet<>(requestIds).forEach(requestId -> lines.append(requestId).append('\n'));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
