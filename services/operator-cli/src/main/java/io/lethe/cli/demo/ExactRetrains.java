package io.lethe.cli.demo;

import io.lethe.cli.Console;
import io.lethe.cli.train.LabelledExample;
import io.lethe.cli.train.RecommenderCache;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Recommender;
import java.nio.file.Path;
import java.util.Set;

/**
 * Tunes recommenders: the one that is served, and the ones that never saw the erased rows. Every
 * one is kept by what it was tuned from, so that a second run of the demonstration finds it.
 */
final class ExactRetrains {
  static final long SEED = 1;
  static final long OTHER_SEED = 2;

  private final RecommenderTraining training;
  private final DemoData data;
  private final EngineSettings engine;
  private final Path base;

  ExactRetrains(
      Console console, RecommenderCache cache, DemoData data, EngineSettings engine, Path base) {
    this.training = new RecommenderTraining(console, cache, engine);
    this.data = data;
    this.engine = engine;
    this.base = base;
  }

  RecommenderTraining.Trained original() {
    return tune("Tuning the recommender", SEED, Set.of());
  }

  /** Scores of a recommender tuned again without the erased rows, in the order of the rows. */
  float[][] scoresWithoutErased(String task, long seed, DemoData.Rows... rows) {
    Path folder = tune(task, seed, data.erasedIds()).model().folder();
    float[][] scores = new float[rows.length][];
    try (Recommender exact = Recommender.load(folder, engine)) {
      for (int i = 0; i < rows.length; i++) {
        scores[i] = exact.score(rows[i].prompts(), null);
      }
    }
    return scores;
  }

  private RecommenderTraining.Trained tune(String task, long seed, Set<String> erasedIds) {
    return training.train(
        new RecommenderTraining.Request(
            task,
            data.dataset(),
            data.rule(),
            data.examples(),
            RecommenderTraining.settings(
                base,
                data.examples().stream().filter(LabelledExample::trainedOn).count(),
                data.rule().likedAbove()),
            seed,
            base,
            erasedIds));
  }
}
