package io.lethe.cli;

/** A percentile as every report tells it: one of the values that were measured. */
public final class Percentile {
  private static final int ALL = 100;

  private Percentile() {}

  /**
   * The smallest value that is at least as large as this percentage of them.
   *
   * @param ascending values in order
   * @return NaN where there are none
   */
  public static double of(double[] ascending, int percent) {
    if (ascending.length == 0) {
      return Double.NaN;
    }
    int rank = (int) (((long) ascending.length * percent + ALL - 1) / ALL);
    return ascending[Math.max(0, rank - 1)];
  }
}
