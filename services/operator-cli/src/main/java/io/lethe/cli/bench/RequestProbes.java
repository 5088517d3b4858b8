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
  private static final Finetuning AS_TUNED = new Finetuning(100, 16, 1e-3, true);
  private static final Finetuning WHOLE = new Finetuning(100, 16, 1e-3);

  /**
   * Residuals by how they were disturbed.
   *
   * @param plain as released
   * @param int8 with LoRA tensors rounded to int8
   * @param relearned after 100 steps on rows of others that train B alone, as tuning did
   * @param relearnedWhole after as many that train A and B
   * @param moved how far the first of them took the exact adapter's own answers, in the same
   *     measure
   * @param movedWhole how far the second did
   */
  record Residuals(
      double plain,
      double int8,
      double relearned,
      double relearnedWhole,
      double moved,
      double movedWhole) {}

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
    float[] exactAsTuned = scores(relearned(AS_TUNED, exact));
    float[] exactWhole = scores(relearned(WHOLE, exact));
    return new Residuals(
        Metrics.meanDistance(scores(made), ofExact) / distance,
        Metrics.meanDistance(scores(Int8Export.roundTrip(made)), ofExact) / distance,
        Metrics.meanDistance(scores(relearned(AS_TUNED, made)), exactAsTuned) / distance,
        Metrics.meanDistance(scores(relearned(WHOLE, made)), exactWhole) / distance,
        Metrics.meanDistance(exactAsTuned, ofExact) / distance,
        Metrics.meanDistance(exactWhole, ofExact) / distance);
  }

  private AdapterTensors relearned(Finetuning relearning, AdapterTensors adapter) {
    return relearning.continued(recommender, adapter, taught, BenchSettings.SEED);
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
