package io.lethe.engine.audit;

import io.lethe.engine.EngineException;

/**
 * The likelihood-ratio attack (Carlini et al., 2022) against an unlearned recommender: of every
 * row, do its margins look more like those of shadow models that were trained on the row, or of
 * shadows that were not? Each side is a normal distribution fitted to the shadows' margins.
 *
 * <p>A variance fitted to a few shadows is too rough to divide by, so below {@link
 * #OWN_VARIANCE_SHADOWS_MIN} shadows a side all rows share one, the mean over the rows.
 */
public final class Lira {
  /** Shadows on each side of a row from which the row's own variance is used. */
  public static final int OWN_VARIANCE_SHADOWS_MIN = 32;

  private static final double SMALLEST_DEVIATION = 1e-3;

  private Lira() {}

  /**
   * Log of the likelihood ratio of every row; above 0 the row looks trained on.
   *
   * @param observed margins under the audited recommender, one a row
   * @param shadows margins by shadow and row
   * @param trainedOn whether the shadow was trained on the row; each row needs at least one shadow
   *     of either kind
   */
  public static double[] scores(double[] observed, double[][] shadows, boolean[][] trainedOn) {
    if (shadows.length < 2 || shadows.length != trainedOn.length) {
      throw new EngineException(
          "the likelihood ratio needs at least 2 shadows, and what each was trained on, but got "
              + shadows.length
              + " and "
              + trainedOn.length);
    }
    Fit inside = Fit.of(shadows, trainedOn, true, observed.length);
    Fit outside = Fit.of(shadows, trainedOn, false, observed.length);
    double[] scores = new double[observed.length];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = inside.logDensity(row, observed[row]) - outside.logDensity(row, observed[row]);
    }
    return scores;
  }

  /** Normal distributions, one a row. */
  private record Fit(double[] means, double[] deviations) {
    static Fit of(double[][] shadows, boolean[][] trainedOn, boolean wanted, int rows) {
      double[] means = new double[rows];
      double[] variances = new double[rows];
      double shared = 0;
      int fewest = Integer.MAX_VALUE;
      for (int row = 0; row < rows; row++) {
        int count = 0;
        double sum = 0;
        double squares = 0;
        for (int shadow = 0; shadow < shadows.length; shadow++) {
          if (trainedOn[shadow][row] == wanted) {
            count++;
            sum += shadows[shadow][row];
            squares += shadows[shadow][row] * shadows[shadow][row];
          }
        }
        if (count == 0) {
          throw new EngineException(
              "no shadow "
                  + (wanted ? "was" : "was not")
                  + " trained on row "
                  + row
                  + "; train every row in some shadows and leave it out of others");
        }
        fewest = Math.min(fewest, count);
        means[row] = sum / count;
        variances[row] = Math.max(0, squares / count - means[row] * means[row]);
        shared += variances[row] / rows;
      }
      double[] deviations = new double[rows];
      for (int row = 0; row < rows; row++) {
        double variance = fewest >= OWN_VARIANCE_SHADOWS_MIN ? variances[row] : shared;
        deviations[row] = Math.max(SMALLEST_DEVIATION, Math.sqrt(variance));
      }
      return new Fit(means, deviations);
    }

    /** Without the constant, which the ratio cancels. */
    double logDensity(int row, double value) {
      double distance = (value - means[row]) / deviations[row];
      return -distance * distance / 2 - Math.log(deviations[row]);
    }
  }
}
