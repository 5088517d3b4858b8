package io.lethe.serving.domain;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * A version on trial, as it concerns this server.
 *
 * @param version the version
 * @param share the part of the traffic as the catalog signed it
 * @param percent share of the subjects that this server is to answer from it, 0 to 100
 */
public record CanaryVersion(ReleasedVersion version, String share, int percent) {
  private static final int ALL = 100;

  public CanaryVersion {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(share, "share");
    if (percent < 0 || percent > ALL) {
      throw new IllegalArgumentException("percent must be 0 to 100, not " + percent);
    }
  }

  /**
   * Whether the version on trial answers this subject: always the same subjects on every server, of
   * a larger share those of a smaller one too, and of another version others.
   */
  public boolean answers(String subjectRef) {
    if (percent == ALL) {
      return true;
    }
    CRC32 hash = new CRC32();
    hash.update((version.version() + "/" + subjectRef).getBytes(StandardCharsets.UTF_8));
    return hash.getValue() % ALL < percent;
  }
}
