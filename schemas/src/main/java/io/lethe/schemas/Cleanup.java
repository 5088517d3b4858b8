package io.lethe.schemas;

/** How a topic lets go of old records. */
public enum Cleanup {
  /** Records go when they are older than the topic's retention. */
  DELETE,
  /** The latest record of each key stands for ever; a tombstone removes the key. */
  COMPACT,
  /**
   * As COMPACT, but every record stands at least for the topic's retention before a later one of
   * its key replaces it.
   */
  COMPACT_WITH_HISTORY
}
