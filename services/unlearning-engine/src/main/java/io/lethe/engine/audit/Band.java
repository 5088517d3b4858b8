package io.lethe.engine.audit;

import io.lethe.engine.EngineException;
import java.util.Arrays;

/**
 * Where exact retrains stand with a figure that falls as more is forgotten, such as the confidence
 * in forgotten rows or a membership attack's AUC. Both sides count: a candidate above the band
 * still remembers, and one below it gives away by its very ignorance who asked to be forgotten.
 *
 * @param low smallest value of the band
 * @param high largest value of the band
 */
public record Band(double low, double high) {
  /** What a figure says about forgetting. */
  public enum Verdict {
    /** Above the band: something is still remembered. */
    UNDER,
    /** As an exact retrain. */
    WITHIN,
    /** Below the band: forgotten beyond what a model shows that never knew. */
    OVER
  }

  public Band {
    if (!(low <= high)) {
      throw new EngineException(
          "band from " + low + " to " + high + "; low must not be above high");
    }
  }

  /**
   * From the lowest to the highest retrain, widened on both sides.
   *
   * @param retrains the figure of each exact retrain, at least one
   * @param allowance sampling error of one such figure; two retrains alone span too little
   */
  public static Band around(double[] retrains, double allowance) {
    double low = Arrays.stream(retrains).min().orElseThrow();
    double high = Arrays.stream(retrains).max().orElseThrow();
    return new Band(low - allowance, high + allowance);
  }

  /**
   * Standard error of an AUC over that many rows of each kind (Hanley and McNeil, 1982).
   *
   * @param auc the AUC measured
   */
  public static double standardErrorOfAuc(double auc, int members, int nonMembers) {
    double bothMembers = auc / (2 - auc);
    double bothNonMembers = 2 * auc * auc / (1 + auc);
    double variance =
        auc * (1 - auc)
            + (members - 1) * (bothMembers - auc * auc)
            + (nonMembers - 1) * (bothNonMembers - auc * auc);
    return Math.sqrt(variance / ((double) members * nonMembers));
  }

  public Verdict verdict(double value) {
    if (value > high) {
      return Verdict.UNDER;
    }
    return value < low ? Verdict.OVER : Verdict.WITHIN;
  }
}
