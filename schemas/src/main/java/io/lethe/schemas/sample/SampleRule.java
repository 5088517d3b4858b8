package io.lethe.schemas.sample;

import io.lethe.schemas.event.Sample;
import java.time.Instant;
import java.util.Objects;

/**
 * How a model's samples are made. Whoever tuned the recommender and whoever erases from it must use
 * the same rule.
 *
 * @param historyMax most earlier interactions that a prompt shows
 * @param historyMin fewest earlier interactions that a target needs to become a sample
 * @param likedAbove a rating above this is a yes
 * @param trainUntil targets rated before this were trained on; those at or after it are held out
 */
public record SampleRule(int historyMax, int historyMin, double likedAbove, Instant trainUntil) {
  public static final int HISTORY_MAX_DEFAULT = 10;
  public static final int HISTORY_MIN_DEFAULT = 3;

  public SampleRule {
    Objects.requireNonNull(trainUntil, "trainUntil");
    if (historyMin < 0 || historyMax < historyMin) {
      throw new IllegalArgumentException(
          "historyMin must lie between 0 and historyMax; got "
              + historyMin
              + " and "
              + historyMax
              + ".");
    }
    if (!Double.isFinite(likedAbove)) {
      throw new IllegalArgumentException("likedAbove must be a finite rating.");
    }
  }

  /** The rule with the usual history: at most 10 and at least 3 earlier interactions. */
  public static SampleRule of(double likedAbove, Instant trainUntil) {
    return new SampleRule(HISTORY_MAX_DEFAULT, HISTORY_MIN_DEFAULT, likedAbove, trainUntil);
  }

  /** True when the model was tuned on the sample; false when it is held out. */
  public boolean isTrainedOn(Sample sample) {
    return sample.getRecordedAt().isBefore(trainUntil);
  }
}
