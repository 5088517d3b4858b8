package io.lethe.serving.recommend;

import java.util.List;
import java.util.Objects;

/**
 * What is asked for one subject.
 *
 * @param subjectRef keyed pseudonym of the subject
 * @param candidates items to rank; null leaves the choice to the server
 * @param topN how many to return at most
 */
public record RecommendationQuery(String subjectRef, List<String> candidates, int topN) {
  public RecommendationQuery {
    Objects.requireNonNull(subjectRef, "subjectRef");
    candidates = candidates == null ? null : List.copyOf(candidates);
  }
}
