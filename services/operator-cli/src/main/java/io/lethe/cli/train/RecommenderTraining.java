package io.lethe.cli.train;

import io.lethe.cli.Console;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.data.Dataset;
import io.lethe.engine.DefaultBase;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Progress;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Tunes recommenders on a data set, or finds the one tuned before. */
public final class RecommenderTraining {
  private final Console console;
  private final RecommenderCache cache;
  private final EngineSettings engine;

  public RecommenderTraining(Console console, RecommenderCache cache, EngineSettings engine) {
    this.console = console;
    this.cache = cache;
    this.engine = engine;
  }

  /**
   * What was asked for.
   *
   * @param baseFolder a Hugging Face folder
   * @param erasedIds examples to leave out of their places: not empty for an exact retrain
   */
  public record Request(
      String task,
      Dataset dataset,
      SampleRule rule,
      List<LabelledExample> examples,
      TuneSettings settings,
      long seed,
      Path baseFolder,
      Set<String> erasedIds) {}

  /**
   * The result.
   *
   * @param reused true when it was tuned before
   */
  public record Trained(ServedModel model, boolean reused) {}

  /**
   * How a base is tuned where nobody says otherwise: by the steady regime, which forgets best,
   * where it applies, which is to an encoder and to no more rows than it can hold at once.
   *
   * @param rows to tune on
   * @param likedAbove a rating above it counts as liked
   */
  public static TuneSettings settings(Path baseFolder, long rows, double likedAbove) {
    TuneSettings steady = TuneSettings.steady();
    boolean fits =
        HuggingFaceFolder.open(baseFolder).architecture().family() == ModelFamily.ENCODER
            && rows <= steady.batchSize();
    return (fits ? steady.forRows(rows) : TuneSettings.defaults()).withLikedAbove(likedAbove);
  }

  /** The base that comes with the engine, unpacked into the user's cache on first use. */
  public static Path defaultBase() {
    String cacheHome = System.getenv("XDG_CACHE_HOME");
    Path cache =
        cacheHome == null || cacheHome.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cacheHome);
    return DefaultBase.unpack(cache.resolve("lethe"));
  }

  public Trained train(Request request) {
    String key =
        RecommenderCache.key(
            request.dataset(),
            request.rule(),
            request.settings(),
            request.seed(),
            request.baseFolder(),
            request.erasedIds());
    Optional<Path> before = cache.find(key);
    if (before.isPresent()) {
      return new Trained(ServedModel.read(before.get()), true);
    }
    Path folder = cache.put(key, unfinished -> tune(request, unfinished));
    return new Trained(ServedModel.read(folder), false);
  }

  private void tune(Request request, Path folder) throws java.io.IOException {
    List<Example> examples =
        request.examples().stream()
            .filter(LabelledExample::trainedOn)
            .map(LabelledExample::example)
            .toList();
    int batches =
        (examples.size() + request.settings().batchSize() - 1) / request.settings().batchSize();
    long steps = (long) batches * request.settings().epochs();
    try (StopRequest stop = StopRequest.listen();
        ProgressDisplay display = console.progress(request.task(), "steps", Math.max(1, steps))) {
      new RecommenderTuner(engine)
          .tune(
              request.baseFolder(),
              examples,
              request.erasedIds(),
              request.settings(),
              request.seed(),
              progress -> {
                stop.check();
                show(progress, display);
              },
              folder);
    }
    ServedModel.describe(folder, request.rule());
  }

  private static void show(Progress progress, ProgressDisplay display) {
    if (Double.isFinite(progress.loss())) {
      display.note(String.format(Locale.ROOT, "loss %.3f", progress.loss()));
    }
    display.stepTo(progress.step());
  }
}
