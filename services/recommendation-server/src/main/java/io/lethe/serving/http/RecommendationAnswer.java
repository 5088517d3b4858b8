package io.lethe.serving.http;

import io.lethe.serving.recommend.Recommendation;
import io.lethe.serving.recommend.Recommendation.RankedItem;
import java.util.List;

/**
 * What a client gets.
 *
 * @param ranked items with title and score, best first
 * @param personalized whether anything of the subject was in the prompts; false alike for subjects
 *     unknown and erased
 * @param adapter content address of the adapter that scored; null when the recommender is bare
 * @param version its version number
 * @param watermarkDigest digest of the requests it has forgotten
 */
public record RecommendationAnswer(
    List<RankedItem> ranked,
    boolean personalized,
    String adapter,
    long version,
    String watermarkDigest) {
  static RecommendationAnswer of(Recommendation made) {
    return new RecommendationAnswer(
        made.ranked(),
        made.personalized(),
        made.servedBy().adapterId(),
        made.servedBy().version(),
        made.servedBy().watermark().digest());
  }
}
