package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.SubjectView;
import io.lethe.serving.model.Lease;
import io.lethe.serving.recommend.Recommendation.RankedItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/** Turns a query into a ranked answer on one model. Thread-safe. */
public final class RecommendationMaker {
  private final ServingState state;
  private final PromptAssembler assembler;
  private final int candidatesRetrieved;

  /**
   * @param candidatesRetrieved how many items are scored when the query names none
   */
  public RecommendationMaker(
      ServingState state, PromptAssembler assembler, int candidatesRetrieved) {
    this.state = state;
    this.assembler = assembler;
    this.candidatesRetrieved = candidatesRetrieved;
  }

  /**
   * Answers from the leased model alone. An answer during whose computation the subject's deletion
   * requests changed is thrown away and computed anew, so that no answer is given from data that
   * was suppressed before it left.
   *
   * @throws UnknownItemException when a candidate is not in the catalogue
   */
  public Recommendation make(RecommendationQuery query, Lease lease) {
    while (true) {
      SubjectView view = state.view(query.subjectRef());
      Recommendation made = make(query, view, lease);
      // Each turn of this loop needs another deletion request of this very subject, so it ends.
      if (state.stands(query.subjectRef(), view)) {
        return made;
      }
    }
  }

  private Recommendation make(RecommendationQuery query, SubjectView view, Lease lease) {
    List<String> targets = targets(query);
    List<Prompt> prompts = new ArrayList<>(targets.size());
    for (String target : targets) {
      prompts.add(assembler.assemble(view, target, this::title));
    }
    float[] scores = lease.score(prompts);
    List<RankedItem> ranked = new ArrayList<>(targets.size());
    for (int position = 0; position < scores.length; position++) {
      ranked.add(
          new RankedItem(targets.get(position), prompts.get(position).target(), scores[position]));
    }
    ranked.sort(
        Comparator.comparingDouble(RankedItem::score).reversed().thenComparing(RankedItem::itemId));
    return new Recommendation(
        ranked.subList(0, Math.min(query.topN(), ranked.size())), view.personal(), lease.version());
  }

  private List<String> targets(RecommendationQuery query) {
    if (query.candidates() == null) {
      return state.retrieve(query.subjectRef(), candidatesRetrieved);
    }
    for (int position = 0; position < query.candidates().size(); position++) {
      if (state.title(query.candidates().get(position)).isEmpty()) {
        throw new UnknownItemException(position);
      }
    }
    return state.withoutErased(query.subjectRef(), new LinkedHashSet<>(query.candidates()));
  }

  private String title(String itemId) {
    return state.title(itemId).orElse(itemId);
  }
}
