package io.lethe.engine.method;

import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.model.LastProjection;

/**
 * Newton's method to the optimum of the last projection's B. From the same B and the same rows it
 * goes the same way to the bit, on the same kind of machine with the same number of threads.
 *
 * @param ridge weight of half the squared norm of B
 * @param stepsMax most steps
 */
public record NewtonSearch(double ridge, int stepsMax) {
  /** Products with the curvature that the direction of one step takes at most. */
  private static final int PRODUCTS_MAX = 12;

  /** A direction this near to Newton's own is as good. */
  private static final double RESIDUAL_SHARE = 1e-2;

  /** A step that lowers the objective by less than this share of it is the last. */
  private static final double FALL_SHARE_MIN = 1e-7;

  /** Moves B by one step. */
  static void once(LastProjection projection, LastProjection.Rows rows, double ridge) {
    projection.newton(rows, ridge, PRODUCTS_MAX, RESIDUAL_SHARE);
  }

  /**
   * Moves B to the optimum.
   *
   * @param phase what it is for, in progress
   * @return the objective in the end
   */
  public double run(
      LastProjection projection,
      LastProjection.Rows rows,
      String phase,
      ProgressListener listener) {
    double objective = Double.NaN;
    for (int step = 0; step < stepsMax; step++) {
      LastProjection.NewtonStep done = projection.newton(rows, ridge, PRODUCTS_MAX, RESIDUAL_SHARE);
      objective = done.after();
      boolean last = done.before() - done.after() <= FALL_SHARE_MIN * done.before();
      listener.onProgress(new Progress(phase, step + 1, last ? step + 1 : stepsMax, objective));
      if (last) {
        break;
      }
    }
    return objective;
  }
}
