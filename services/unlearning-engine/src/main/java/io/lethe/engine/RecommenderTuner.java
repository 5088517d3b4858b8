package io.lethe.engine;

import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.checkpoint.Folders;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.method.NewtonSearch;
import io.lethe.engine.method.TunedRows;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LastProjection;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TitleVectors;
import io.lethe.engine.model.TrainingBatch;
import io.lethe.engine.text.EncodedPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
   * rows alone. The erased rows' gradients are exactly zero: the outcome is that of a recommender
   * that never saw them.
   *
   * @param examples all rows, the erased ones included
   * @param outFolder must not exist yet
   */
  public TunedRecommender tune(
      Path baseFolder,
      List<Example> examples,
      Set<String> erasedIds,
      TuneSettings settings,
      long seed,
      ProgressListener listener,
      Path outFolder) {
    if (examples.isEmpty()) {
      throw new EngineException("examples holds no rows; give rows to tune on");
    }
    if (Files.exists(outFolder)) {
      throw new EngineException(
          "folder " + outFolder.getFileName() + " exists already; remove it or name another");
    }
    try (Recommender base = Recommender.load(baseFolder, engine, settings.template())) {
      return new Run(base, examples, erasedIds, settings, seed, listener).tune(outFolder);
    }
  }

  /**
   * The same training without the merge at the end: the update stays an adapter over the base, as
   * recommenders made of several need it.
   */
  public static AdapterTensors tuneAdapter(
      Recommender base,
      List<Example> examples,
      Set<String> erasedIds,
      TuneSettings settings,
      long seed,
      ProgressListener listener) {
    if (examples.isEmpty()) {
      throw new EngineException("examples holds no rows; give rows to tune on");
    }
    return new Run(base, examples, erasedIds, settings, seed, listener).train(false);
  }

  private static final class Run {
    private final Recommender base;
    private final List<Example> examples;
    private final Set<String> erasedIds;
    private final TuneSettings settings;
    private final long seed;
    private final ProgressListener listener;
    private double finalLoss;
    private TunedRows rows;
    private LastProjection.Standing standing;

    private Run(
        Recommender base,
        List<Example> examples,
        Set<String> erasedIds,
        TuneSettings settings,
        long seed,
        ProgressListener listener) {
      this.base = base;
      // Padding follows the order of rows and moves the last digits, so that order must not be the
      // caller's.
      this.examples = examples.stream().sorted(Comparator.comparing(Example::id)).toList();
      this.erasedIds = Set.copyOf(erasedIds);
      this.settings = settings;
      this.seed = seed;
      this.listener = listener;
    }

    private TunedRecommender tune(Path outFolder) {
      long begin = System.nanoTime();
      AdapterTensors update = train(true);
      RecommenderManifest manifest = manifest();
      Folders.create(outFolder, folder -> write(folder, update, manifest));
      double seconds = (System.nanoTime() - begin) / 1e9;
      String digest = HuggingFaceFolder.open(outFolder).digest(settings.template().id());
      return new TunedRecommender(outFolder, digest, manifest, seconds, finalLoss);
    }

    private AdapterTensors train(boolean withRows) {
      LanguageModel model = base.model();
      int layers = model.folder().layers();
      requireTitlesReadByFrozenLayers(layers);
      List<EncodedPrompt> prompts =
          examples.stream().map(example -> base.encoder().encode(example.prompt())).toList();
      AdapterTensors start =
          LoraStart.draw(
              model::shapeOf,
              layers,
              settings.topLayers(),
              settings.targets(),
              settings.rank(),
              settings.loraAlpha(),
              settings.seedOfA(seed));
      try (Activations activations = Activations.of(model, prompts, start)) {
        return settings.solver() == TuneSettings.Solver.NEWTON
            ? optimum(activations, start, withRows)
            : descended(activations, start, prompts);
      }
    }

    private void requireTitlesReadByFrozenLayers(int layers) {
      int topLayersMax = layers - TitleVectors.layersRead(layers);
      if (settings.promptStrategy().comparesTitles() && settings.topLayers() > topLayersMax) {
        throw new EngineException(
            "prompt strategy "
                + settings.promptStrategy().id()
                + " compares titles by layers that tuning must leave alone, and topLayers "
                + settings.topLayers()
                + " of "
                + layers
                + " changes them; give at most "
                + topLayersMax);
      }
    }

    private AdapterTensors descended(
        Activations activations, AdapterTensors start, List<EncodedPrompt> prompts) {
      try (LoraTrainer trainer =
          new LoraTrainer(activations, start, settings::isTrained, settings.weightDecay())) {
        trainer.ridge(settings.ridge());
        finalLoss = train(trainer, prompts);
        return trainer.meanTensors();
      }
    }

    private AdapterTensors optimum(
        Activations activations, AdapterTensors start, boolean withRows) {
      if (examples.size() > settings.batchSize()) {
        throw new EngineException(
            "Newton's method holds all examples at once, "
                + settings.batchSize()
                + " at most, and there are "
                + examples.size()
                + "; raise batchSize where memory allows (8 KiB an example and ten times that while"
                + " it computes), give fewer examples, or tune with AdamW");
      }
      BitSet masked = new BitSet();
      IntStream.range(0, examples.size())
          .filter(row -> erasedIds.contains(examples.get(row).id()))
          .forEach(masked::set);
      String upName = LastProjection.up(base.model());
      FloatTensor zero = start.tensors().get(upName);
      FloatTensor primed =
          settings.primingRows() == 0 ? zero : Priming.up(base, start, settings, listener);
      try (LastProjection projection = LastProjection.beyond(primed, activations, start)) {
        rows = TunedRows.of(examples, masked, settings.template(), projection.read(), zero);
        LastProjection.Rows kept = rows.allBut(masked);
        finalLoss =
            new NewtonSearch(settings.ridge(), settings.epochs())
                .run(projection, kept, "tune", listener);
        if (withRows) {
          rows = rows.at(projection.up());
          standing = projection.standing(kept, settings.ridge());
        }
        Map<String, FloatTensor> tensors = new TreeMap<>(start.tensors());
        tensors.put(upName, FloatTensor.sum(primed, projection.up()));
        return start.with(tensors);
      }
    }

    private double train(LoraTrainer trainer, List<EncodedPrompt> prompts) {
      BatchSchedule schedule =
          new BatchSchedule(examples, prompts, settings.batchSize(), seed ^ 0x5DEECE66DL);
      int total = settings.epochs() * schedule.batchesPerEpoch();
      int step = 0;
      double epochLoss = 0;
      for (int epoch = 0; epoch < settings.epochs(); epoch++) {
        epochLoss = 0;
        for (int[] rows : schedule.nextEpoch()) {
          double loss = trainer.step(batch(rows), settings.rateAt(step, total));
          step++;
          if (step > settings.averageFrom() * total) {
            trainer.average();
          }
          epochLoss += loss / schedule.batchesPerEpoch();
          listener.onProgress(new Progress("tune", step, total, loss));
        }
      }
      return epochLoss;
    }

    private TrainingBatch batch(int[] rows) {
      long[] labels = new long[rows.length];
      float[] weights = new float[rows.length];
      for (int i = 0; i < rows.length; i++) {
        Example example = examples.get(rows[i]);
        labels[i] = example.liked() ? 1 : 0;
        weights[i] = erasedIds.contains(example.id()) ? 0 : 1f / rows.length;
      }
      return new TrainingBatch(
          rows, labels, new float[2 * rows.length], new float[rows.length], weights);
    }

    private RecommenderManifest manifest() {
      List<Example> kept =
          examples.stream().filter(example -> !erasedIds.contains(example.id())).toList();
      return new RecommenderManifest(
          base.digest(),
          settings.template().id(),
          base.settings().precision(),
          settings,
          seed,
          kept.size(),
          examples.size() - kept.size(),
          Digests.of(kept));
    }

    private void write(Path folder, AdapterTensors update, RecommenderManifest manifest)
        throws IOException {
      Path from = base.model().folder().folder();
      for (String file : List.of(HuggingFaceFolder.CONFIGURATION, HuggingFaceFolder.TOKENIZER)) {
        Files.copy(from.resolve(file), folder.resolve(file));
      }
      Safetensors.write(folder.resolve(HuggingFaceFolder.WEIGHTS), base.model().merged(update));
      if (standing != null) {
        rows.write(folder, standing);
      }
      HuggingFaceFolder.writeManifest(folder, manifest);
    }
  }
}
