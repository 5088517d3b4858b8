package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.cli.train.RecommenderCache;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.TunedRecommender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tuned recommenders in a folder, each named by the digest of what it was tuned from. */
public final class Tunings {
  private static final String COST_FILE = "tuning.json";

  private final Console console;
  private final RecommenderCache cache;
  private final EngineSettings engine;
  private final Path base;
  private final String baseDigest;
  private final TuneSettings settings;

  /** What tuning took. */
  record Cost(double seconds, double finalLoss, double peakRssMiB) {}

  /** A recommender and what tuning it took. */
  record Tuned(Path folder, Cost cost) {}

  Tunings(
      Console console,
      Path root,
      EngineSettings engine,
      Path base,
      String baseDigest,
      TuneSettings settings) {
    this.console = console;
    this.cache = new RecommenderCache(root);
    this.engine = engine;
    this.base = base;
    this.baseDigest = baseDigest;
    this.settings = settings;
  }

  /**
   * The recommender tuned on these rows.
   *
   * @param rowsDigest digest of the rows
   * @param erasedIds rows masked out of their places
   */
  Tuned tuned(
      String task, List<Example> rows, String rowsDigest, Set<String> erasedIds, long seed) {
    TreeMap<String, Object> inputs = new TreeMap<>();
    inputs.put("base", baseDigest);
    inputs.put("rows", rowsDigest);
    inputs.put("erased", new java.util.TreeSet<>(erasedIds));
    inputs.put("settings", settings);
    inputs.put("precision", engine.precision());
    inputs.put("device", engine.device());
    inputs.put("template", settings.template().id());
    inputs.put("seed", seed);
    String key = Stages.key(inputs);
    Optional<Path> before = cache.find(key);
    Path folder =
        before.orElseGet(() -> cache.put(key, into -> tune(task, rows, erasedIds, seed, into)));
    return new Tuned(folder, Stages.read(folder.resolve(COST_FILE), Cost.class));
  }

  private void tune(
      String task, List<Example> rows, Set<String> erasedIds, long seed, Path folder) {
    PeakMemory.begin();
    try (PhaseDisplay display = new PhaseDisplay(console, task)) {
      TunedRecommender tuned =
          new RecommenderTuner(engine).tune(base, rows, erasedIds, settings, seed, display, folder);
      Cost cost = new Cost(tuned.seconds(), tuned.finalLoss(), PeakMemory.mebibytes());
      Stages.write(folder.resolve(COST_FILE), cost);
    }
  }

  /** Removes a folder that nobody needs any more, where there is one. */
  public static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (java.util.stream.Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (java.io.IOException leftover) {
      // A folder that stays costs disk space and nothing else.
      return;
    }
  }
}
