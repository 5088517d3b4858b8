package io.lethe.serving.model;

import io.lethe.serving.domain.ReleasedVersion;

/** Tells whether a version comes from the catalog. */
@FunctionalInterface
public interface ReleaseCheck {
  /** Takes every version for the catalog's: whoever may write to adapter.version is trusted. */
  ReleaseCheck NONE = version -> {};

  /**
   * Passes a version that the catalog released.
   *
   * @throws IllegalStateException when it did not; the message says why and what to do
   */
  void check(ReleasedVersion version);
}
