package io.lethe.engine;

import io.lethe.engine.checkpoint.OnnxBase;
import java.nio.file.Path;

/**
 * The pre-trained encoder that comes with a Maven Central artefact on the class path
 * (all-MiniLM-L6-v2, Apache-2.0).
 */
public final class DefaultBase {
  private static final String MODEL = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final int HEADS = 12;

  private DefaultBase() {}

  /**
   * A Hugging Face folder under {@code cacheDirectory}, made on the first call and found again by
   * digest later.
   */
  public static Path unpack(Path cacheDirectory) {
    return OnnxBase.unpack(MODEL, TOKENIZER, HEADS, cacheDirectory);
  }
}
