package io.lethe.engine.audit;

import io.lethe.engine.EngineException;
import java.util.Arrays;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * How well scores tell rows that were trained on from rows that were not. 0.5 is a guess; far below
 * 0.5 tells as much as far above, so the figures are to be held against the same attack on an exact
 * retrain ({@link Band}).
 *
 * @param auc probability that a random member scores above a random non-member, ties one half
 * @param truePositiveRateAt1Percent share of members found where at most 1 % of the non-members are
 *     taken for members
 * @param truePositiveRateAt5Percent the same at 5 %
 */
public record MembershipAttack(
    double auc, double truePositiveRateAt1Percent, double truePositiveRateAt5Percent) {

  /**
   * The attack that calls rows of high score members.
   *
   * @param members scores of rows that are claimed to have been trained on
   * @param nonMembers scores of rows that were not
   */
  public static MembershipAttack of(double[] members, double[] nonMembers) {
    if (members.length == 0 || nonMembers.length == 0) {
      throw new EngineException(
          "an attack needs members and non-members, but got "
              + members.length
              + " and "
              + nonMembers.length);
    }
    // Mann and Whitney's U counts the pairs whose member stands above, ties one half.
    double pairsWon = MannWhitneyUTest.withDefaults().statistic(members, nonMembers);
    double[] outside = nonMembers.clone();
    Arrays.sort(outside);
    return new MembershipAttack(
        pairsWon / ((double) members.length * nonMembers.length),
        rateAt(0.01, members, outside),
        rateAt(0.05, members, outside));
  }

  /** The best rate over all thresholds whose false positives stay within the share. */
  private static double rateAt(double share, double[] members, double[] nonMembers) {
    int allowed = (int) Math.floor(share * nonMembers.length);
    // Above this value lie at most the allowed non-members; rows equal to it are not called.
    double threshold = nonMembers[nonMembers.length - 1 - allowed];
    int found = 0;
    for (double member : members) {
      found += member > threshold ? 1 : 0;
    }
    return (double) found / members.length;
  }
}
