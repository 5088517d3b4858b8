package io.lethe.cli.bench;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.Finetuning;
import io.lethe.engine.Metrics;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.audit.Int8Export;
import io.lethe.engine.method.ExactReplay;
import java.util.ArrayList;
import java.util.List;

/**
 * Disturbs what a request released and measures its residual again. What it is held against is the
 * exact path's adapter, which has relearned in the same way.
 *
 * @param recommender that the request was forgotten from
 * @param erased rows to forget
 * @param taught rows of others that relearning teaches
 */
record RequestProbes(Recommender recommender, List<Example> erased, List<Example> taught) {
  /** B alone, as tuning did, and A and B, each gently and hard. */
  private static final List<Finetuning> RELEARNINGS =
      List.of(
          new Finetuning(100, 16, 1e-4, true),
          new Finetuning(100, 16, 1e-3, true),
          new Finetuning(100, 16, 1e-4),
          new Finetuning(100, 16, 1e-3));

  /**
   * What relearning did.
   *
   * @param trained which LoRA tensors it changed
   * @param learningRate of AdamW
   * @param residual after 100 steps on rows of others, against the exact adapter that relearned too
   * @param moved how far the exact adapter's own answers went, in the same measure
   * @param floor residual of the exact adapter rounded to int8 that relearned too: what relearning
   *     makes of a difference that is none of forgetting
   */
  record Relearned(
      String trained, double learningRate, double residual, double moved, double floor) {}

  /**
   * Residuals by how they were disturbed.
   *
   * @param plain as released
   * @param int8 with LoRA tensors rounded to int8
   * @param relearned one for each way of relearning
   */
  record Residuals(double plain, double int8, List<Relearned> relearned) {}

  /** Residuals of a candidate, or null where the recommender does not keep its rows. */
  Residuals of(Candidate candidate, ProgressListener listener) {
    AdapterTensors exact;
    try (Adapter adapter = Adapter.of(candidate, recommender)) {
      if (!ExactReplay.isOpenFor(recommender, adapter)) {
        return null;
      }
      exact = ExactReplay.run(recommender, adapter, listener).tensors();
    }
    AdapterTensors made = candidate.tensors();
    float[] original = recommender.score(erased.stream().map(Example::prompt).toList(), null);
    float[] ofExact = scores(exact);
    double distance = Metrics.meanDistance(original, ofExact);
    return new Residuals(
        Metrics.meanDistance(scores(made), ofExact) / distance,
        Metrics.meanDistance(scores(Int8Export.roundTrip(made)), ofExact) / distance,
        relearned(made, exact, ofExact, distance));
  }

  private List<Relearned> relearned(
      AdapterTensors made, AdapterTensors exact, float[] ofExact, double distance) {
    AdapterTensors rounded = Int8Export.roundTrip(exact);
    List<Relearned> relearned = new ArrayList<>();
    try (Finetuning.Lesson lesson = Finetuning.Lesson.of(recommender, exact, taught)) {
      for (Finetuning way : RELEARNINGS) {
        float[] ofExactAfter = scores(way.continued(lesson, exact, BenchSettings.SEED));
        float[] ofMade = scores(way.continued(lesson, made, BenchSettings.SEED));
        float[] ofRounded = scores(way.continued(lesson, rounded, BenchSettings.SEED));
        relearned.add(
            new Relearned(
                way.upAlone() ? "B" : "A and B",
                way.learningRate(),
                Metrics.meanDistance(ofMade, ofExactAfter) / distance,
                Metrics.meanDistance(ofExactAfter, ofExact) / distance,
                Metrics.meanDistance(ofRounded, ofExactAfter) / distance));
      }
    }
    return relearned;
  }

  private float[] scores(AdapterTensors tensors) {
    AdapterManifest manifest =
        new AdapterManifest(
            recommender.digest(), recommender.settings().precision(), "probe", "", null, 0, null);
    try (Adapter adapter = Adapter.of(new Candidate(tensors, manifest, null), recommender)) {
      return recommender.score(erased.stream().map(Example::prompt).toList(), adapter);
    }
  }
}
