package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Metrics;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.LastProjection;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much of the way to the exact answers a candidate left undone, or went too far, without an
 * exact retrain at hand. Where a recommender keeps its rows, the exact answers are those at the
 * optimum of the rows that are left, and from near there one Newton step leads to it.
 */
public final class Remainder {
  private Remainder() {}

  /** Whether the job's recommender keeps its rows and was tuned on none of those to forget. */
  public static boolean nothingToForget(UnlearningJob job) {
    TunedGround ground = TunedGround.of(job);
    return ground != null
        && ground.places(job.forget(), job.recommender(), ground.leftOut(job.parent())).isEmpty();
  }

  /**
   * The residual by that estimate: 0 is exact, 1 nothing done.
   *
   * @param forget of the rows to forget; 0 where the recommender was tuned on none of them
   * @param earlier of the rows that the parent had left out before, as far as they are still kept;
   *     empty where there are none
   * @param exactUp B of recommender and adapter together where the answers are exact
   */
  public record Estimate(double forget, OptionalDouble earlier, FloatTensor exactUp) {}

  /**
   * The estimate for a candidate; empty where nothing can be told: the recommender keeps no rows,
   * or the candidate moved other numbers.
   */
  public static Optional<Estimate> of(UnlearningJob job, Candidate candidate) {
    TunedGround ground = TunedGround.of(job);
    try (Adapter adapter = Adapter.of(candidate, job.recommender())) {
      if (ground == null || !ground.continues(adapter)) {
        return Optional.empty();
      }
      BitSet leftOut = ground.leftOut(job.parent());
      BitSet places = ground.places(job.forget(), job.recommender(), leftOut);
      int[] forget = places.stream().toArray();
      BitSet known = (BitSet) leftOut.clone();
      known.andNot(ground.rows().gone());
      int[] earlier = known.stream().toArray();
      leftOut.or(places);
      try (LastProjection original = ground.at(ground.up(null));
          LastProjection parent = ground.at(ground.up(job.parent()));
          LastProjection made = ground.at(ground.up(adapter));
          LastProjection exact = ground.at(ground.up(adapter))) {
        NewtonSearch.once(exact, ground.rows().allBut(leftOut), ground.settings().ridge());
        return Optional.of(
            new Estimate(
                forget.length == 0 ? 0 : residual(forget, made, exact, parent),
                earlier.length == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(residual(earlier, made, exact, original)),
                exact.up()));
      }
    }
  }

  /**
   * By how much mean confidence in the true labels of the rows to forget will fall on the way to
   * the exact answers; empty where the recommender keeps no rows.
   */
  static OptionalDouble confidenceFall(UnlearningJob job) {
    TunedGround ground = TunedGround.of(job);
    if (ground == null) {
      return OptionalDouble.empty();
    }
    BitSet leftOut = ground.leftOut(job.parent());
    BitSet places = ground.places(job.forget(), job.recommender(), leftOut);
    leftOut.or(places);
    LastProjection.Rows forget = ground.rows().only(places);
    try (LastProjection parent = ground.at(ground.up(job.parent()));
        LastProjection exact = ground.at(ground.up(job.parent()))) {
      NewtonSearch.once(exact, ground.rows().allBut(leftOut), ground.settings().ridge());
      float[] before = parent.probabilities(forget.rows());
      float[] after = exact.probabilities(forget.rows());
      double fall = 0;
      for (int row = 0; row < before.length; row++) {
        fall += (forget.labels()[row] == 1 ? 1 : -1) * (double) (before[row] - after[row]);
      }
      // Rows that the recommender was never tuned on have nothing to lose.
      return OptionalDouble.of(fall / job.forget().size());
    }
  }

  private static double residual(
      int[] rows, LastProjection made, LastProjection exact, LastProjection before) {
    return Metrics.residual(
        made.probabilities(rows), exact.probabilities(rows), before.probabilities(rows));
  }
}
