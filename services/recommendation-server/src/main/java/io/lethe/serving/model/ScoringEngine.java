package io.lethe.serving.model;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;

/** The seam to the engine: one recommender, many adapters. Thread-safe. */
public interface ScoringEngine extends AutoCloseable {
  /** Hex digest of the recommender that every adapter must have been trained on. */
  String recommenderDigest();

  /**
   * Fetches a version's adapter from the artefact store and verifies it; the caller owns the first
   * reference.
   *
   * @throws RuntimeException when the adapter is absent, altered, or made for another recommender;
   *     the message says which
   */
  LoadedAdapter load(ReleasedVersion version);

  /**
   * Probability of yes for each prompt, in order.
   *
   * @param adapter the adapter to score with; null scores with the bare recommender
   */
  float[] score(List<Prompt> prompts, LoadedAdapter adapter);

  @Override
  void close();
}
