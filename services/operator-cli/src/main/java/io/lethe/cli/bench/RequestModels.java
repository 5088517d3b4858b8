package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.Example;
import io.lethe.engine.Recommender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The recommenders that requests are measured against. The originals stay on disk; of the retrains,
 * of which there are two a request, only the answers are kept.
 */
final class RequestModels {
  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final BenchData data;
  private final List<Example> train;
  private final String trainDigest;
  private final String baseDigest;
  private final Tunings tunings;

  /** What the original answers to all training rows and test rows, in their order. */
  private record OriginalScores(float[] train, float[] test) {}

  /** What a retrain answers, and what tuning it took. */
  record Retrained(RequestScores scores, double seconds) {
    /** As the run of a method that is exact by what it is, so that it has no gate to pass. */
    RequestRun run() {
      return new RequestRun(
          BenchReport.RETRAIN, scores, seconds * 1000, true, "exact", 0, null, null);
    }
  }

  RequestModels(Console console, BenchSettings settings, BenchFolder folder, BenchData data) {
    this.console = console;
    this.settings = settings.fitting(data);
    this.folder = folder;
    this.data = data;
    this.train = BenchData.examples(data.train());
    this.trainDigest = SavedRows.digest(data.train());
    try (Recommender base = Recommender.load(settings.base(), settings.engine())) {
      this.baseDigest = base.digest();
    }
    this.tunings =
        new Tunings(
            console,
            folder.recommenders(),
            settings.engine(),
            settings.base(),
            baseDigest,
            this.settings.tuning());
  }

  String baseDigest() {
    return baseDigest;
  }

  /** The folder of the original. */
  Path original(long seed) {
    return tunings.tuned("original, seed " + seed, train, trainDigest, Set.of(), seed).folder();
  }

  /** A recommender that never saw these rows, which stays. */
  Tunings.Tuned tuned(String task, Set<String> erasedIds, long seed) {
    return tunings.tuned(task, train, trainDigest, erasedIds, seed);
  }

  /** The original's answers; it is asked about all rows at once and only one time. */
  RequestScores originalScores(RequestRows rows, long seed) {
    Map<String, Object> key = key(seed);
    key.put("test", SavedRows.digest(data.test()));
    OriginalScores all =
        folder
            .stages()
            .once(
                "original-seed-" + seed,
                key,
                OriginalScores.class,
                () -> {
                  Path original = original(seed);
                  try (PhaseDisplay display = new PhaseDisplay(console, "original, seed " + seed);
                      Recommender model = Recommender.load(original, settings.engine())) {
                    return new OriginalScores(
                        score("training rows", model, data.train(), display),
                        score("test rows", model, data.test(), display));
                  }
                });
    Map<String, Float> byId = new HashMap<>();
    for (int row = 0; row < train.size(); row++) {
      byId.put(train.get(row).id(), all.train()[row]);
    }
    return new RequestScores(of(rows.erased(), byId), of(rows.others(), byId), all.test());
  }

  private static float[] score(
      String what, Recommender model, List<BenchRow> rows, PhaseDisplay display) {
    return Scoring.score(
        what, prompts -> model.score(prompts, null), BenchData.examples(rows), display);
  }

  private static float[] of(List<BenchRow> rows, Map<String, Float> byId) {
    float[] scores = new float[rows.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = byId.get(rows.get(row).example().id());
    }
    return scores;
  }

  /** Answers of a recommender tuned with the rows masked out of their places. */
  Retrained retrained(String task, RequestRows rows, long seed) {
    Map<String, Object> key = key(seed);
    key.put("rows", rows.digests());
    List<Path> needed = new ArrayList<>();
    Retrained retrained =
        folder
            .stages()
            .once(
                "retrained-seed-" + seed,
                key,
                Retrained.class,
                () -> retrain(task + ", retrain with seed " + seed, rows, seed, needed));
    // Not before the answers are on disk: a killed run would have to tune again.
    needed.forEach(Tunings::remove);
    return retrained;
  }

  private Retrained retrain(String task, RequestRows rows, long seed, List<Path> needed) {
    Tunings.Tuned tuned = tuned(task, rows.erasedIds(), seed);
    needed.add(tuned.folder());
    try (PhaseDisplay display = new PhaseDisplay(console, task);
        Recommender model = Recommender.load(tuned.folder(), settings.engine())) {
      return new Retrained(
          rows.score(prompts -> model.score(prompts, null), display), tuned.cost().seconds());
    }
  }

  /** All that shapes a tuning, the erased rows aside. */
  private Map<String, Object> key(long seed) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("base", baseDigest);
    key.put("train", trainDigest);
    key.put("likedAbove", data.likedAbove());
    key.put("tuning", settings.tuning());
    key.put("precision", settings.engine().precision());
    key.put("threads", settings.engine().threads());
    key.put("device", settings.engine().device());
    key.put("seed", seed);
    return key;
  }
}
