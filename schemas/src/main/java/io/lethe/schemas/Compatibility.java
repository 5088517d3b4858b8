package io.lethe.schemas;

/** What a new version of a value's schema must be compatible with, in the registry's own terms. */
public enum Compatibility {
  /**
   * New readers read all old records and old readers read all new ones: either side may be upgraded
   * first, years later.
   */
  FULL_TRANSITIVE,
  /** New readers read all old records. */
  BACKWARD_TRANSITIVE,
  /** No schema: the value is bytes, as in a dead-letter topic. */
  NONE
}
