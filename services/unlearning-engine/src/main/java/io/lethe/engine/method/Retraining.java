package io.lethe.engine.method;

import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.Progress;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.checkpoint.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The methods that train anew. */
final class Retraining {
  private Retraining() {}

  static MethodOutcome run(String name, BenchInputs inputs) {
    return switch (name) {
      case "retrain" -> retrain(inputs);
      default -> throw new EngineException("there is no retraining method " + name);
    };
  }

  /**
   * Tunes again with the original's seed and the erased rows masked out of their places: what every
   * other method is measured against.
   */
  private static MethodOutcome retrain(BenchInputs inputs) {
    List<Double> losses = new ArrayList<>();
    Path folder = emptyPlace(inputs.workFolder(), "retrain");
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
            Folders.delete(folder);
          }
        };
    UnlearningRecord record =
        record("retrain", inputs, unlearned, losses, Map.of("retrain", seconds));
    return new MethodOutcome(unlearned, null, 0, 0, seconds, 0, record);
  }

  private static Path emptyPlace(Path workFolder, String name) {
    try {
      Files.createDirectories(workFolder);
      return Files.createTempDirectory(workFolder, name + "-").resolve("recommender");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UnlearningRecord record(
      String name,
      BenchInputs inputs,
      Unlearned unlearned,
      List<Double> losses,
      Map<String, Double> seconds) {
    List<Prompt> prompts = inputs.forget().stream().map(Example::prompt).toList();
    boolean[] liked = new boolean[prompts.size()];
    for (int i = 0; i < liked.length; i++) {
      liked[i] = inputs.forget().get(i).liked();
    }
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
