package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;
import java.util.List;

/**
 * A version and where it stands now.
 *
 * @param version the record; once superseded or withdrawn without its lists of requests, since a
 *     long lineage would otherwise hold every request as often as it has versions
 * @param watermarkSize how many requests it has forgotten
 */
public record ReleasedVersion(
    AdapterVersion version, int watermarkSize, VersionLifecycle.State state) {
  static ReleasedVersion released(AdapterVersion version, VersionLifecycle.State state) {
    return new ReleasedVersion(version, version.getWatermark().size(), state);
  }

  /** The same version in a state in which it is not served. */
  ReleasedVersion retired(VersionLifecycle.State state) {
    AdapterVersion light =
        AdapterVersion.newBuilder(version)
            .setWatermark(List.of())
            .setMinimumWatermark(List.of())
            .build();
    return new ReleasedVersion(light, watermarkSize, state);
  }
}
