package io.lethe.engine.method;

import io.lethe.engine.Prompt;
import java.util.List;

/**
 * A recommender after forgetting, whatever it is made of: the original with an adapter, a
 * recommender tuned anew, or several of them that answer together.
 */
public interface Unlearned extends AutoCloseable {
  /** Probability of yes for each prompt, in order. */
  float[] score(List<Prompt> prompts);

  @Override
  void close();
}
