package io.lethe.serving.retrieve;

import io.lethe.serving.domain.Interaction;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.SubjectView;
import io.lethe.serving.recommend.CandidateSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Items near those that the subject liked lately. What a subject's view does not show takes no part
 * in the question, so that what is erased steers nothing; a subject who shows nothing is asked
 * about the most popular items, as is whoever has fewer neighbours than are wanted.
 */
public final class SimilarCandidates implements CandidateSource {
  private final ServingState state;
  private final ItemIndexer indexer;
  private final int likedMax;
  private final int neighboursMax;

  /**
   * @param likedMax liked items, the latest ones, that are asked with
   * @param neighboursMax items that one search looks for at most, those seen already included
   */
  public SimilarCandidates(
      ServingState state, ItemIndexer indexer, int likedMax, int neighboursMax) {
    this.state = state;
    this.indexer = indexer;
    this.likedMax = likedMax;
    this.neighboursMax = neighboursMax;
  }

  @Override
  public List<String> candidates(String subjectRef, SubjectView view, int limit) {
    Set<String> chosen = new LinkedHashSet<>();
    Optional<float[]> liked = liked(view.history());
    if (liked.isPresent()) {
      List<String> unseen = unseen(subjectRef, liked.get(), limit, limit + view.history().size());
      chosen.addAll(unseen.subList(0, Math.min(limit, unseen.size())));
    }
    if (chosen.size() < limit) {
      for (String popular : state.retrieve(subjectRef, limit)) {
        if (chosen.size() == limit) {
          break;
        }
        chosen.add(popular);
      }
    }
    return List.copyOf(chosen);
  }

  /** Looks further where too many of the nearest were seen already or erased. */
  private List<String> unseen(String subjectRef, float[] liked, int limit, int first) {
    int most = Math.max(limit, neighboursMax);
    for (int neighbours = Math.min(most, first); ; neighbours = Math.min(most, 2 * neighbours)) {
      List<String> near = indexer.nearest(liked, neighbours);
      List<String> unseen = state.retrievable(subjectRef, near);
      if (unseen.size() >= limit || near.size() < neighbours || neighbours == most) {
        return unseen;
      }
    }
  }

  /** Where the items lie that were rated no lower than the subject's own mean. */
  private Optional<float[]> liked(List<Interaction> history) {
    double mean = history.stream().mapToDouble(Interaction::rating).average().orElse(0);
    float[] sum = null;
    int used = 0;
    for (int position = history.size() - 1; position >= 0 && used < likedMax; position--) {
      Interaction interaction = history.get(position);
      Optional<float[]> vector =
          interaction.rating() >= mean ? indexer.vector(interaction.itemId()) : Optional.empty();
      if (vector.isPresent()) {
        sum = sum == null ? new float[vector.get().length] : sum;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += vector.get()[i];
        }
        used++;
      }
    }
    return scaledToUnit(sum);
  }

  private static Optional<float[]> scaledToUnit(float[] sum) {
    if (sum == null) {
      return Optional.empty();
    }
    double squares = 0;
    for (float value : sum) {
      squares += value * value;
    }
    if (squares == 0) {
      return Optional.empty();
    }
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= length;
    }
    return Optional.of(sum);
  }
}
