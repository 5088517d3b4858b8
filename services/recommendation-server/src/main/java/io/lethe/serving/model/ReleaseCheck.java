package io.lethe.serving.model;

import io.lethe.serving.domain.ReleasedVersion;

/** Tells whether a version comes from the catalog. */
@FunctionalInterface
public interface ReleaseCheck {
  /** Takes every version for the catalog's: whoever may write to adapter.version is trusted. */
  ReleaseCheck NONE = (version, share) -> {};

  /**
   * Passes a version that the catalog published.
   *
   * @param share the part of the traffic that it may answer; null for all of it
   * @throws IllegalStateException when it did not; the message says why and what to do
   */
  void check(ReleasedVersion version, String share);

  /** As above, of a version for all. */
  default void check(ReleasedVersion version) {
    check(version, null);
  }
}
