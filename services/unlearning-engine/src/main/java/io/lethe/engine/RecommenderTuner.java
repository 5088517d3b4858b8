package io.lethe.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Tunes a base on examples into a recommender folder. Deterministic by seed. */
public final class RecommenderTuner {
  private final EngineSettings engine;

  public RecommenderTuner(EngineSettings engine) {
    this.engine = engine;
  }

  /** Tunes on all examples. */
  public TunedRecommender tune(
      Path baseFolder,
      List<Example> examples,
      TuneSettings settings,
      long seed,
      ProgressListener listener,
      Path outFolder) {
    return tune(baseFolder, examples, Set.of(), settings, seed, listener, outFolder);
  }

  /**
   * The exact retrain: same seed, same batches in the same order, with the erased rows masked out
   * of their places and the divisor of the loss kept, so that the two recommenders differ by these
   * rows alone.
   */
  public TunedRecommender tune(
      Path baseFolder,
      List<Example> examples,
      Set<String> erasedIds,
      TuneSettings settings,
      long seed,
      ProgressListener listener,
      Path outFolder) {
    throw new UnsupportedOperationException(engine.toString());
  }
}
