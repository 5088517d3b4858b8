package io.lethe.engine.method;

/**
 * What the recommender answers to a row before anything is forgotten.
 *
 * @param liked the true label
 * @param no logit
 * @param yes logit
 */
record OriginalAnswer(boolean liked, float no, float yes) {
  /** Cross-entropy with the true label, in nats. */
  double negativeLogLikelihood() {
    double margin = liked ? (double) yes - no : (double) no - yes;
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  }

  /** Near to this very answer, or away from it where the weight is negative. */
  RowGoal kept(double weight) {
    return RowGoal.teacher(liked, no, yes, weight);
  }
}
