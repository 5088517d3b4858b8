package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.SubjectView;
import io.lethe.serving.model.Lease;
import io.lethe.serving.recommend.Recommendation.RankedItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns a query into a ranked answer on one model. Thread-safe. */
public final class RecommendationMaker {
  private final ServingState state;
  private final PromptAssembler assembler;
  private final int candidatesRetrieved;
  private final CandidateSource source;

  /** Scores the most-interacted items when a query names none. */
  public RecommendationMaker(
      ServingState state, PromptAssembler assembler, int candidatesRetrieved) {
    this(
        state,
        assembler,
        candidatesRetrieved,
        (subjectRef, view, limit) -> state.retrieve(subjectRef, limit));
  }

  /**
   * @param candidatesRetrieved how many items are scored when the query names none
   * @param source chooses them
   */
  public RecommendationMaker(
      ServingState state,
      PromptAssembler assembler,
      int candidatesRetrieved,
      CandidateSource source) {
    this.state = state;
    this.assembler = assembler;
    this.candidatesRetrieved = candidatesRetrieved;
    this.source = source;
  }

  /**
   * The work of answering a query. An answer during whose computation the subject's deletion
   * requests changed is thrown away and computed anew, so that no answer is given from data that
   * was suppressed before it left. Its prompts throw {@link UnknownItemException} when a candidate
   * is not in the catalogue.
   *
   * @param pinnedVersion the version that must answer; empty for the one served
   */
  public ScoringWork<Recommendation> work(RecommendationQuery query, OptionalLong pinnedVersion) {
    return new Answering(query, pinnedVersion);
  }

  /**
   * Answers a query at once, from the leased model alone.
   *
   * @throws UnknownItemException when a candidate is not in the catalogue
   */
  public Recommendation make(RecommendationQuery query, Lease lease) {
    ScoringWork<Recommendation> work = work(query, OptionalLong.empty());
    while (true) {
      Optional<Recommendation> made = work.finish(lease.score(work.prompts()), lease.version());
      // Each turn of this loop needs another deletion request of this very subject, so it ends.
      if (made.isPresent()) {
        return made.get();
      }
    }
  }

  private final class Answering implements ScoringWork<Recommendation> {
    private final RecommendationQuery query;
    private final OptionalLong pinnedVersion;
    private SubjectView view;
    private List<String> targets;
    private List<Prompt> prompts;

    Answering(RecommendationQuery query, OptionalLong pinnedVersion) {
      this.query = query;
      this.pinnedVersion = pinnedVersion;
    }

    @Override
    public int size() {
      return query.candidates() == null ? candidatesRetrieved : query.candidates().size();
    }

    @Override
    public OptionalLong pinnedVersion() {
      return pinnedVersion;
    }

    @Override
    public Optional<String> subjectRef() {
      return Optional.of(query.subjectRef());
    }

    @Override
    public List<Prompt> prompts() {
      view = state.view(query.subjectRef());
      targets = targets(query, view);
      prompts = new ArrayList<>(targets.size());
      for (String target : targets) {
        prompts.add(assembler.assemble(view, target, RecommendationMaker.this::title));
      }
      return prompts;
    }

    @Override
    public Optional<Recommendation> finish(float[] scores, ReleasedVersion version) {
      if (!state.stands(query.subjectRef(), view)) {
        return Optional.empty();
      }
      List<RankedItem> ranked = new ArrayList<>(targets.size());
      for (int position = 0; position < scores.length; position++) {
        ranked.add(
            new RankedItem(
                targets.get(position), prompts.get(position).target(), scores[position]));
      }
      ranked.sort(
          Comparator.comparingDouble(RankedItem::score)
              .reversed()
              .thenComparing(RankedItem::itemId));
      return Optional.of(
          new Recommendation(
              ranked.subList(0, Math.min(query.topN(), ranked.size())), view.personal(), version));
    }
  }

  private List<String> targets(RecommendationQuery query, SubjectView view) {
    if (query.candidates() == null) {
      return source.candidates(query.subjectRef(), view, candidatesRetrieved);
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
