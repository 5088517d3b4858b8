package io.lethe.engine.audit;

import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.PValueMethod;

/**
 * Whether two samples may come from one distribution: the two-sided, two-sample test of Kolmogorov
 * and Smirnov. TOFU's forget quality is its p-value on what the unlearned and the retrained model
 * make of the forgotten rows. The p-value falls with the number of rows at the same distance, so
 * only tests on equally many rows compare.
 *
 * @param statistic largest distance of the two empirical distribution functions, 0 to 1
 * @param pValue probability of such a distance or a larger one where both are one distribution
 */
public record KolmogorovSmirnov(double statistic, double pValue) {
  /** Rows of the larger sample up to which the p-value is exact; its cost is their product. */
  static final int EXACT_ROWS_MAX = 1000;

  /** The test of two samples; exact where both are small, else by the limit distribution. */
  public static KolmogorovSmirnov test(double[] left, double[] right) {
    PValueMethod method =
        Math.max(left.length, right.length) <= EXACT_ROWS_MAX
            ? PValueMethod.EXACT
            : PValueMethod.ASYMPTOTIC;
    var result = KolmogorovSmirnovTest.withDefaults().with(method).test(left, right);
    return new KolmogorovSmirnov(result.getStatistic(), result.getPValue());
  }
}
