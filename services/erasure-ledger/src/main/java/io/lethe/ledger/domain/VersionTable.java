package io.lethe.ledger.domain;

import io.lethe.schemas.event.AdapterServing;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The latest versions with their full watermarks. Older ones need not be there: the topic is
 * compacted, and the latest watermark holds what they held.
 */
public final class VersionTable {
  private final TreeMap<Long, ReleasedVersion> versions = new TreeMap<>();
  private final int versionsMax;

  /**
   * @param versionsMax versions remembered; the eldest goes first
   */
  public VersionTable(int versionsMax) {
    this.versionsMax = versionsMax;
  }

  /** Takes a version, or its new status. */
  public void put(ReleasedVersion version) {
    versions.put(version.version(), version);
    while (versions.size() > versionsMax) {
      versions.pollFirstEntry();
    }
  }

  /** The version of that number, if it is remembered. */
  public Optional<ReleasedVersion> find(long version) {
    return Optional.ofNullable(versions.get(version));
  }

  /** The first released version known that has forgotten the request. */
  public Optional<ReleasedVersion> firstHolding(String requestId) {
    return versions.values().stream().filter(version -> version.holds(requestId)).findFirst();
  }

  /** The latest released version that is exact. */
  public Optional<ReleasedVersion> latestExact() {
    return versions.descendingMap().values().stream()
        .filter(version -> version.released() && version.exact())
        .findFirst();
  }

  /** Whether a server serves a released version that has forgotten the request. */
  public boolean serves(AdapterServing serving, String requestId) {
    return served(serving).filter(version -> version.holds(requestId)).isPresent();
  }

  /** Whether a server serves a released version that has forgotten the request exactly. */
  public boolean servesExactly(AdapterServing serving, String requestId) {
    return served(serving).filter(version -> version.holdsExactly(requestId)).isPresent();
  }

  private Optional<ReleasedVersion> served(AdapterServing serving) {
    return find(serving.getVersion())
        .filter(version -> Objects.equals(version.adapterId(), serving.getAdapterId()));
  }
}
