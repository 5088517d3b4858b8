package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.Metrics;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.LastProjection;
import java.util.BitSet;
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
   * The residual by that estimate: 0 is exact, 1 nothing done. Empty where nothing can be told: the
   * recommender keeps no rows, or the candidate moved other numbers.
   */
  public static OptionalDouble of(UnlearningJob job, Candidate candidate) {
    TunedGround ground = TunedGround.of(job);
    try (Adapter adapter = Adapter.of(candidate, job.recommender())) {
      if (ground == null || !ground.continues(adapter)) {
        return OptionalDouble.empty();
      }
      BitSet leftOut = ground.leftOut(job.parent());
      BitSet places = ground.places(job.forget(), job.recommender(), leftOut);
      leftOut.or(places);
      int[] rows = places.stream().toArray();
      if (rows.length == 0) {
        return OptionalDouble.of(0);
      }
      try (LastProjection before = ground.at(ground.up(job.parent()));
          LastProjection after = ground.at(ground.up(adapter))) {
        float[] original = before.probabilities(rows);
        float[] made = after.probabilities(rows);
        NewtonSearch.once(after, ground.rows().allBut(leftOut), ground.settings().ridge());
        return OptionalDouble.of(Metrics.residual(made, after.probabilities(rows), original));
      }
    }
  }
}
