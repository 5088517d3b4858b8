package io.lethe.engine;

/**
 * Where forgetting should end.
 *
 * <p>No exact retrain is at hand, so its confidence in the forget rows is estimated from what is:
 * rows that were trained on are known better than rows that never were, by the difference between
 * retained and held-out rows. Taking that difference away from the forget rows' own confidence
 * keeps what makes them easier or harder than others. Where the forget rows are known better than
 * the retained ones are, they are taken down to where held-out rows stand instead: a subject with
 * pronounced tastes is learnt by heart further than the average. Likes and dislikes are compared
 * apart, because subjects differ in how many of each they give.
 *
 * @param confidence mean confidence in the true labels of the forget rows to stop at
 */
public record ForgetTarget(double confidence) {
  /**
   * Smallest step down: a request whose rows seem unknown already is still unlearned by a little.
   */
  private static final double STEP_MIN = 0.01;

  /** Smallest step down where it is known how far an exact retrain would go. */
  private static final double KNOWN_STEP_MIN = 0.001;

  /** A known way below the confidence that the forget rows have. */
  public static ForgetTarget below(double before, double fall) {
    return new ForgetTarget(before - Math.max(KNOWN_STEP_MIN, fall));
  }

  /** Labels and probabilities of yes, each in the order of its rows. */
  public static ForgetTarget estimate(
      float[] forget,
      boolean[] forgetLiked,
      float[] retain,
      boolean[] retainLiked,
      float[] heldOut,
      boolean[] heldOutLiked,
      double aim) {
    double before = Metrics.meanConfidence(forget, forgetLiked);
    double gainOfTrained = 0;
    double unseen = 0;
    for (boolean liked : new boolean[] {false, true}) {
      double known = confidenceIn(liked, retain, retainLiked);
      double unknown = confidenceIn(liked, heldOut, heldOutLiked);
      if (Double.isNaN(known) || Double.isNaN(unknown)) {
        known = Metrics.meanConfidence(retain, retainLiked);
        unknown = Metrics.meanConfidence(heldOut, heldOutLiked);
      }
      gainOfTrained += (known - unknown) * share(liked, forgetLiked);
      unseen += unknown * share(liked, forgetLiked);
    }
    double memory = Math.max(gainOfTrained, before - unseen);
    return new ForgetTarget(before - Math.max(STEP_MIN, aim * memory));
  }

  private static double confidenceIn(boolean liked, float[] scores, boolean[] labels) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (labels[i] == liked) {
        sum += liked ? scores[i] : 1 - scores[i];
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private static double share(boolean liked, boolean[] labels) {
    int count = 0;
    for (boolean label : labels) {
      count += label == liked ? 1 : 0;
    }
    return (double) count / labels.length;
  }
}
