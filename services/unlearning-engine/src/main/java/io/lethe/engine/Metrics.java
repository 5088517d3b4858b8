package io.lethe.engine;

/** How good a recommender is, and how far two are apart. Scores are probabilities of yes. */
public final class Metrics {
  private static final double SMALLEST_PROBABILITY = 1e-12;

  private Metrics() {}

  /** Area under the ROC curve; ties count one half. NaN where one class is missing. */
  public static double auc(float[] scores, boolean[] liked) {
    sameLength(scores.length, liked.length);
    Integer[] order = new Integer[scores.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    java.util.Arrays.sort(order, (a, b) -> Float.compare(scores[a], scores[b]));
    double rankSum = 0;
    long positives = 0;
    for (int start = 0; start < order.length; ) {
      int end = start;
      while (end < order.length && scores[order[end]] == scores[order[start]]) {
        end++;
      }
      double rank = (start + 1 + end) / 2.0;
      for (int i = start; i < end; i++) {
        if (liked[order[i]]) {
          rankSum += rank;
          positives++;
        }
      }
      start = end;
    }
    long negatives = scores.length - positives;
    if (positives == 0 || negatives == 0) {
      return Double.NaN;
    }
    return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }

  /** Mean negative natural logarithm of the probability given to the true label. */
  public static double logLoss(float[] scores, boolean[] liked) {
    sameLength(scores.length, liked.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double confidence = liked[i] ? scores[i] : 1.0 - scores[i];
      sum -= Math.log(Math.max(confidence, SMALLEST_PROBABILITY));
    }
    return sum / scores.length;
  }

  /** Share of rows on the right side of one half. */
  public static double accuracy(float[] scores, boolean[] liked) {
    sameLength(scores.length, liked.length);
    int right = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > 0.5f == liked[i]) {
        right++;
      }
    }
    return (double) right / scores.length;
  }

  /** Mean probability given to the true label. */
  public static double meanConfidence(float[] scores, boolean[] liked) {
    sameLength(scores.length, liked.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += liked[i] ? scores[i] : 1.0 - scores[i];
    }
    return sum / scores.length;
  }

  /**
   * Mean Jensen-Shannon divergence of the two yes/no distributions, natural logarithm, 0 to ln 2.
   */
  public static double jensenShannon(float[] scores, float[] others) {
    sameLength(scores.length, others.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double middle = (scores[i] + (double) others[i]) / 2;
      sum += (divergence(scores[i], middle) + divergence(others[i], middle)) / 2;
    }
    return sum / scores.length;
  }

  /**
   * Mean of half the sum of both Kullback-Leibler divergences, natural logarithm, without an upper
   * limit. Published code often calls it Jensen-Shannon divergence, so it is needed for comparison.
   */
  public static double halfJeffreys(float[] scores, float[] others) {
    sameLength(scores.length, others.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double p = Math.min(Math.max(scores[i], SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
      double q = Math.min(Math.max(others[i], SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
      sum += (divergence(p, q) + divergence(q, p)) / 2;
    }
    return sum / scores.length;
  }

  /** Mean Euclidean distance of the two yes/no distributions. */
  public static double l2(float[] scores, float[] others) {
    return Math.sqrt(2) * meanDistance(scores, others);
  }

  /** Mean absolute difference. */
  public static double meanDistance(float[] scores, float[] others) {
    sameLength(scores.length, others.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += Math.abs((double) scores[i] - others[i]);
    }
    return sum / scores.length;
  }

  /**
   * How much of the way to the exact retrain is still to go: mean |unlearned - exact| over mean
   * |original - exact|. 0 is exact, 1 nothing done, above 1 worse than nothing.
   */
  public static double residual(float[] unlearned, float[] exact, float[] original) {
    return meanDistance(unlearned, exact) / meanDistance(original, exact);
  }

  /**
   * What there is to forget: how far original and exact retrain are apart on the erased rows, over
   * how far they are apart on all other rows. Near 1 the recommender holds no memory of the erased.
   */
  public static double signal(
      float[] originalErased, float[] exactErased, float[] originalOther, float[] exactOther) {
    return meanDistance(originalErased, exactErased) / meanDistance(originalOther, exactOther);
  }

  /**
   * Residual that a second exact retrain with another seed reaches: how near to exact is as near as
   * chance allows.
   *
   * @param exactOtherSeed exact retrain with another seed, on the erased rows
   */
  public static double floor(float[] exactOtherSeed, float[] exact, float[] original) {
    return residual(exactOtherSeed, exact, original);
  }

  private static double divergence(double p, double q) {
    return term(p, q) + term(1 - p, 1 - q);
  }

  private static double term(double p, double q) {
    return p <= 0 ? 0 : p * Math.log(p / q);
  }

  private static void sameLength(int left, int right) {
    if (left != right || left == 0) {
      throw new EngineException(
          "metrics need as many values on both sides, and at least one, but got "
              + left
              + " and "
              + right);
    }
  }
}
