package io.lethe.engine.method;

import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.LastProjection;
import java.util.BitSet;
import java.util.Optional;

/**
 * An augmented teacher that is tuned as the recommender was, ridge and other rows included, but
 * with the rows to forget counted twice. Training on these rows alone moves along their gradient;
 * what they contributed to an optimum lies along that gradient over the curvature of all rows,
 * which is where counting them once more leads, and counting them not at all in the opposite
 * direction.
 */
public final class TwiceTuned {
  private static final int STEPS_MAX = 6;

  private TwiceTuned() {}

  /** Whether the job's recommender keeps the rows that this takes. */
  public static boolean isFor(UnlearningJob job) {
    return TunedGround.of(job) != null;
  }

  /**
   * Its logits on the rows to forget, two a row; empty where the recommender keeps no rows. A row
   * that the recommender was never tuned on stays as it is.
   *
   * @param original logits of the model as it is released, two a row
   */
  public static Optional<float[]> logits(
      UnlearningJob job, float[] original, ProgressListener listener) {
    TunedGround ground = TunedGround.of(job);
    if (ground == null) {
      return Optional.empty();
    }
    BitSet leftOut = ground.leftOut(job.parent());
    LastProjection.Rows once = ground.rows().allBut(leftOut);
    float[] logits = original.clone();
    try (LastProjection before = ground.at(ground.up(job.parent()));
        LastProjection twice = ground.at(ground.up(job.parent()))) {
      new NewtonSearch(ground.settings().ridge(), STEPS_MAX)
          .run(
              twice,
              doubled(once, ground.places(job.forget(), job.recommender(), leftOut)),
              "augmented-teacher",
              listener);
      BitSet taken = (BitSet) leftOut.clone();
      for (int row = 0; row < job.forget().size(); row++) {
        BitSet place = ground.places(job.forget().subList(row, row + 1), job.recommender(), taken);
        taken.or(place);
        if (!place.isEmpty()) {
          int[] one = place.stream().toArray();
          double gain = margin(twice, one) - margin(before, one);
          logits[2 * row] -= (float) (gain / 2);
          logits[2 * row + 1] += (float) (gain / 2);
        }
      }
    }
    return Optional.of(logits);
  }

  private static LastProjection.Rows doubled(LastProjection.Rows once, BitSet some) {
    float[] weights = once.weights().clone();
    for (int row = 0; row < weights.length; row++) {
      if (some.get(once.rows()[row])) {
        weights[row] *= 2;
      }
    }
    return new LastProjection.Rows(once.rows(), once.labels(), weights);
  }

  private static double margin(LastProjection projection, int[] row) {
    double yes = projection.probabilities(row)[0];
    return Math.log(yes / (1 - yes));
  }
}
