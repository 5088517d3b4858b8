package io.lethe.engine;

import java.nio.file.Path;
import java.util.List;

/** A frozen language model that answers prompts; shared by every adapter and by all threads. */
public final class Recommender implements AutoCloseable {
  /**
   * Loads a Hugging Face folder (config.json, model.safetensors, tokenizer.json, and
   * recommender.json where it was tuned).
   */
  public static Recommender load(Path folder, EngineSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** Hex SHA-256 over weights, configuration, tokenizer and prompt template. */
  public String digest() {
    throw new UnsupportedOperationException();
  }

  public RecommenderManifest manifest() {
    throw new UnsupportedOperationException();
  }

  /** Probability of yes for each prompt, in order; {@code adapter} may be null. Thread-safe. */
  public float[] score(List<Prompt> prompts, Adapter adapter) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
