package io.lethe.serving.recommend;

import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;

/**
 * An answer, and what produced it.
 *
 * @param ranked items with their scores, best first
 * @param personalized whether anything of the subject was in the prompts
 * @param servedBy the version that every score comes from
 */
public record Recommendation(
    List<RankedItem> ranked, boolean personalized, ReleasedVersion servedBy) {
  /**
   * One item.
   *
   * @param itemId the catalogue's identifier
   * @param title as the prompt showed it
   * @param score probability that the subject would like it, between 0 and 1
   */
  public record RankedItem(String itemId, String title, double score) {}

  public Recommendation {
    ranked = List.copyOf(ranked);
  }
}
