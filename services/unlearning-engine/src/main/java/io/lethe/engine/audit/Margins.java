package io.lethe.engine.audit;

import io.lethe.engine.EngineException;

/**
 * How sure a recommender is of the true labels: the logit of the probability it gives them. It
 * grows as the loss falls, and unlike the probability it is near to normally distributed, which
 * likelihood ratios need (Carlini et al., 2022).
 */
public final class Margins {
  /** Scores are float32, which cannot tell probabilities nearer to 1 apart. */
  private static final double SMALLEST_PROBABILITY = 1e-7;

  private Margins() {}

  /**
   * One margin a row.
   *
   * @param scores probability of yes of every row
   * @param liked true labels
   */
  public static double[] of(float[] scores, boolean[] liked) {
    if (scores.length != liked.length) {
      throw new EngineException(
          "margins need a label for each score, but got "
              + scores.length
              + " scores and "
              + liked.length
              + " labels");
    }
    double[] margins = new double[scores.length];
    for (int row = 0; row < margins.length; row++) {
      double confidence = liked[row] ? scores[row] : 1.0 - scores[row];
      double bounded =
          Math.min(Math.max(confidence, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
      margins[row] = Math.log(bounded / (1 - bounded));
    }
    return margins;
  }
}
