package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.model.LastProjection;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The exact path: tunes again, from the rows kept beside the recommender and without those that its
 * adapter left out, and gives the outcome as an adapter. B comes out as it does where the
 * recommender is tuned without these rows, to the bit; no prompt is read for it.
 */
public final class ExactReplay {
  public static final String NAME = "exact";

  private ExactReplay() {}

  /** Whether an adapter left rows out by an approximation that can be replaced by exact tuning. */
  public static boolean isOpenFor(Recommender recommender, Adapter parent) {
    return parent != null
        && !NAME.equals(parent.manifest().method())
        && parent.manifest().leftOut() != null
        && TunedGround.of(recommender) != null;
  }

  /**
   * Tunes again without the rows that the parent left out.
   *
   * @param listener told every step, each of which takes a second or two on thousands of rows; what
   *     it throws ends the run and reaches the caller as it is
   * @return its record is there, without confidences
   */
  public static Candidate run(Recommender recommender, Adapter parent, ProgressListener listener) {
    if (!isOpenFor(recommender, parent)) {
      throw new EngineException(
          "the exact path needs a recommender that keeps its rows and an adapter whose left-out"
              + " rows are known and which is not exact already");
    }
    PhaseClock clock = new PhaseClock();
    TunedGround ground = TunedGround.of(recommender);
    BitSet leftOut = ground.leftOut(parent);
    AtomicInteger steps = new AtomicInteger();
    FloatTensor up =
        tuned(
            ground,
            leftOut,
            progress -> {
              steps.set(progress.step());
              listener.onProgress(progress);
            });
    clock.end("replay");
    AdapterManifest manifest =
        new AdapterManifest(
            recommender.digest(),
            recommender.settings().precision(),
            NAME,
            parent.manifest().forgetSetDigest(),
            parent.id(),
            parent.manifest().seed(),
            parent.manifest().settings(),
            null,
            LeftOut.encoded(leftOut));
    UnlearningRecord record =
        new UnlearningRecord(
            NAME,
            steps.get(),
            steps.get(),
            0,
            true,
            List.of(),
            List.of(),
            Double.NaN,
            Double.NaN,
            Double.NaN,
            clock.secondsByPhase());
    return new Candidate(ground.adapter(up), manifest, record);
  }

  /** B as tuning without these rows finds it, {@code [width, rank]}. */
  static FloatTensor tuned(TunedGround ground, BitSet leftOut, ProgressListener listener) {
    try (LastProjection projection = ground.atStart()) {
      new NewtonSearch(ground.settings().ridge(), ground.settings().epochs())
          .run(projection, ground.rows().allBut(leftOut), NAME, listener);
      return projection.up();
    }
  }

  /**
   * Overwrites what is kept of the rows that an exact adapter left out, on disk and in memory. May
   * be called again for the same adapter.
   */
  public static void shred(Recommender recommender, Adapter exact) {
    if (exact.manifest().leftOut() != null && TunedGround.of(recommender) != null) {
      TunedGround.shred(recommender, LeftOut.decoded(exact.manifest().leftOut()));
    }
  }
}
