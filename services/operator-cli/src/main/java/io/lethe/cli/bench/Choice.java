package io.lethe.cli.bench;

import io.lethe.engine.Metrics;

/**
 * Which of several runs of a method to report, told by forget rows and validation rows alone: the
 * one whose confidence in the forget rows is nearest to what an exact retrain may be expected to
 * have, and that lost the least on validation rows. Neither the exact retrain nor test rows take
 * part.
 *
 * @param original scores of the original on the validation rows
 * @param liked their labels
 * @param forgetLiked labels of the forget rows
 */
record Choice(float[] original, boolean[] liked, boolean[] forgetLiked) {
  /** Smaller is better. */
  double distance(MethodRun run) {
    double target =
        Double.isFinite(run.confidenceTarget())
            ? run.confidenceTarget()
            : Metrics.meanConfidence(original, liked);
    double confidence = Metrics.meanConfidence(run.forget(), forgetLiked);
    double lost = Metrics.logLoss(run.choice(), liked) - Metrics.logLoss(original, liked);
    double distance = Math.abs(confidence - target) + Math.max(0, lost);
    // A run that broke has no place before one that did not.
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }
}
