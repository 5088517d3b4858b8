package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.EngineException;
import io.lethe.engine.Metrics;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.Progress;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.checkpoint.Folders;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The methods that train anew. Their own numbers:
 *
 * <ul>
 *   <li>{@code retrain} has none: it follows the settings of the original.
 *   <li>{@code sisa} (Bourtoule et al. 2021), {@code receraser} (Chen et al. 2022) and {@code apa}
 *       (Hu et al. 2024): {@code shards}, 4 as in E2URec's program and APA's paper; RecEraser's own
 *       10 leave too few rows a shard on small data.
 *   <li>{@code apa}: {@code temperature} tau, 1000; {@code neighbours}, 20; {@code decomposed}, 1
 *       to merge A and B apart. The defaults are the paper's.
 * </ul>
 *
 * <p>Slices within a shard (SISA's S) are left out: they save checkpoints, not accuracy. RecEraser
 * and APA cluster on what the layers below the adapters make of a row, by the base, which saw none
 * of them; the clusters stay as they were dealt before the request, so an erased row may still tell
 * from which shard a neighbour of it comes.
 */
final class Retraining {
  static final String RETRAIN = "retrain";
  static final String SISA = "sisa";
  static final String RECERASER = "receraser";
  static final String APA = "apa";
  static final List<String> NAMES = List.of(RETRAIN, SISA, RECERASER, APA);

  private static final String TEMPERATURE = "temperature";
  private static final String NEIGHBOURS = "neighbours";
  private static final String DECOMPOSED = "decomposed";

  private Retraining() {}

  /** The numbers of a method's own; the rest is the settings of the original. */
  static MethodSettings defaults(String name) {
    Map<String, Double> specific = new TreeMap<>();
    if (!name.equals(RETRAIN)) {
      specific.put(Sharding.SHARDS, 4.0);
    }
    if (name.equals(APA)) {
      specific.putAll(Map.of(TEMPERATURE, 1000.0, NEIGHBOURS, 20.0, DECOMPOSED, 1.0));
    }
    return new MethodSettings(1, 1, 1, 1, 1, OptimizerSettings.adamW(0), specific);
  }

  static MethodOutcome run(String name, BenchInputs inputs) {
    return switch (name) {
      case RETRAIN -> retrain(inputs);
      case SISA ->
          Sharding.run(
              name,
              inputs,
              Sharding.Partition.RANDOM_SUBJECTS,
              (shards, kept) -> Sharding.average(shards));
      case RECERASER ->
          Sharding.run(
              name,
              inputs,
              Sharding.Partition.SIMILAR_SUBJECTS,
              (shards, kept) -> ShardAttention.learn(shards, kept, inputs.heldOut()));
      case APA ->
          Sharding.run(
              name,
              inputs,
              Sharding.Partition.SIMILAR_ROWS,
              (shards, kept) ->
                  new AdaptiveMerge(
                      shards,
                      inputs.heldOut(),
                      inputs.settingsOf(name).number(TEMPERATURE),
                      (int) inputs.settingsOf(name).number(NEIGHBOURS),
                      inputs.settingsOf(name).number(DECOMPOSED) > 0));
      default -> throw new EngineException("there is no retraining method " + name);
    };
  }

  /**
   * Tunes again with the original's seed and the erased rows masked out of their places: what every
   * other method is measured against.
   */
  private static MethodOutcome retrain(BenchInputs inputs) {
    List<Double> losses = new ArrayList<>();
    Path folder = emptyPlace(inputs.workFolder(), RETRAIN);
    long begin = System.nanoTime();
    new RecommenderTuner(inputs.engine())
        .tune(
            inputs.baseFolder(),
            inputs.train(),
            inputs.erasedIds(),
            inputs.tuneSettings(),
            inputs.tuneSeed(),
            progress -> {
              losses.add(progress.loss());
              inputs
                  .listener()
                  .onProgress(
                      new Progress(
                          "retrain", progress.step(), progress.totalSteps(), progress.loss()));
            },
            folder);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Recommender retrained = Recommender.load(folder, inputs.engine());
    Unlearned unlearned =
        new Unlearned() {
          @Override
          public float[] score(List<Prompt> prompts) {
            return retrained.score(prompts, null);
          }

          @Override
          public void close() {
            retrained.close();
            Folders.delete(folder.getParent());
          }
        };
    UnlearningRecord record = record(RETRAIN, inputs, unlearned, losses, Map.of(RETRAIN, seconds));
    TuneSettings settings = inputs.tuneSettings();
    LanguageModel model = retrained.model();
    AdapterTensors shape =
        LoraStart.draw(
            model::shapeOf,
            model.folder().layers(),
            settings.topLayers(),
            settings.targets(),
            settings.rank(),
            settings.loraAlpha(),
            inputs.tuneSeed());
    return new MethodOutcome(
        unlearned, null, 0, 0, seconds, trainedParameters(shape, settings), record);
  }

  /** Numbers that tuning changes. */
  static long trainedParameters(AdapterTensors tensors, TuneSettings settings) {
    return tensors.tensors().entrySet().stream()
        .filter(tensor -> settings.isTrained(tensor.getKey()))
        .mapToLong(tensor -> tensor.getValue().values().length)
        .sum();
  }

  private static Path emptyPlace(Path workFolder, String name) {
    try {
      Files.createDirectories(workFolder);
      return Files.createTempDirectory(workFolder, name + "-").resolve("recommender");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static UnlearningRecord record(
      String name,
      BenchInputs inputs,
      Unlearned unlearned,
      List<Double> losses,
      Map<String, Double> seconds) {
    List<Prompt> prompts = Answers.prompts(inputs.forget());
    boolean[] liked = Answers.labels(inputs.forget());
    double before = Metrics.meanConfidence(inputs.original().score(prompts, null), liked);
    double after = Metrics.meanConfidence(unlearned.score(prompts), liked);
    return new UnlearningRecord(
        name,
        losses.size(),
        losses.size(),
        0,
        true,
        List.copyOf(losses),
        List.of(before, after),
        before,
        after,
        after,
        seconds);
  }
}
