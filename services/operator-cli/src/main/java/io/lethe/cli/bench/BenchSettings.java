package io.lethe.cli.bench;

import io.lethe.engine.EngineSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * How a comparison is made.
 *
 * @param methods names, in the order of the table
 * @param stepBudgets steps that every adapter method may take; of several, each method's run is
 *     chosen on validation rows
 * @param seeds runs of each method, seeds 1 to this number
 * @param shadows models of the likelihood-ratio attack; 0 leaves it out
 * @param probes whether candidates are disturbed to see what comes back
 * @param base Hugging Face folder that everything is tuned from
 */
public record BenchSettings(
    List<String> methods,
    List<Integer> stepBudgets,
    int seeds,
    int shadows,
    boolean probes,
    Path base,
    TuneSettings tuning,
    UnlearningSettings unlearning,
    EngineSettings engine) {
  /** Seed of the original, and of the exact retrain that all are measured against. */
  static final long SEED = 1;

  /** Seed of the second exact retrain, which shows how far chance alone moves the scores. */
  static final long OTHER_SEED = 2;

  public BenchSettings {
    methods = List.copyOf(methods);
    stepBudgets = List.copyOf(stepBudgets);
  }

  /** The same for the scale of some data's ratings and for how many rows it gives to tune on. */
  BenchSettings fitting(BenchData data) {
    return new BenchSettings(
        methods,
        stepBudgets,
        seeds,
        shadows,
        probes,
        base,
        tuning.withLikedAbove(data.likedAbove()).forRows(data.train().size()),
        unlearning,
        engine);
  }
}
