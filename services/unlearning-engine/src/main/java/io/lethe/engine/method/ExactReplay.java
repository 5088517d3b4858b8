package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;

/**
 * The exact path: tunes again, from the rows kept beside the recommender and without those that its
 * adapter left out, and gives the outcome as an adapter.
 */
public final class ExactReplay {
  public static final String NAME = "exact";

  private ExactReplay() {}

  /** Whether an adapter left rows out by an approximation that can be replaced by exact tuning. */
  public static boolean isOpenFor(Recommender recommender, Adapter parent) {
    return false;
  }

  /** Tunes again without the rows that the parent left out. */
  public static Candidate run(Recommender recommender, Adapter parent, ProgressListener listener) {
    throw new EngineException("the recommender keeps no rows");
  }

  /**
   * Overwrites what is kept of the rows that an exact adapter left out. May be called again for the
   * same adapter.
   */
  public static void shred(Recommender recommender, Adapter exact) {}
}
