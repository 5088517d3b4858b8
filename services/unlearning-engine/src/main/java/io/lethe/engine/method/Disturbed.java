package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Metrics;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.audit.Int8Export;
import io.lethe.engine.audit.PromptProbes;
import java.util.List;
import java.util.Optional;

/**
 * What of a candidate's forgetting is left when it is stored or asked otherwise than it was made:
 * rounded to int8, and in another wording. Each is held against the exact answers under the same
 * disturbance, by the estimate of {@link Remainder}; so only recommenders that keep their rows are
 * measured.
 */
public final class Disturbed {
  /** Rows asked about at most, the first ones by id: each is read by the language model. */
  static final int ROWS_MAX = 32;

  private Disturbed() {}

  /**
   * Residuals on the rows to forget: 0 is exact, 1 nothing done.
   *
   * @param int8 with LoRA tensors rounded to int8
   * @param paraphrased in another wording
   */
  public record Residuals(double int8, double paraphrased) {}

  /**
   * The residuals of a candidate; empty where the recommender was tuned on none of the rows.
   *
   * @param exactUp B of recommender and adapter together where the answers are exact
   */
  public static Optional<Residuals> of(
      UnlearningJob job, Candidate candidate, FloatTensor exactUp) {
    Recommender recommender = job.recommender();
    TunedGround ground = TunedGround.required(job);
    List<Example> held =
        ground.held(job.forget(), recommender, ground.leftOut(job.parent()), ROWS_MAX);
    if (held.isEmpty()) {
      return Optional.empty();
    }
    List<Prompt> asked = Answers.prompts(held);
    List<Prompt> otherwise = asked.stream().map(PromptProbes::paraphrase).toList();
    try (Adapter made = Adapter.of(candidate, recommender);
        Adapter rounded = adapter(job, Int8Export.roundTrip(candidate.tensors()));
        Adapter exact = adapter(job, ground.adapter(exactUp))) {
      return Optional.of(
          new Residuals(
              residual(asked, rounded, exact, job), residual(otherwise, made, exact, job)));
    }
  }

  private static double residual(
      List<Prompt> prompts, Adapter made, Adapter exact, UnlearningJob job) {
    Recommender recommender = job.recommender();
    return Metrics.residual(
        recommender.score(prompts, made),
        recommender.score(prompts, exact),
        recommender.score(prompts, job.parent()));
  }

  private static Adapter adapter(UnlearningJob job, AdapterTensors tensors) {
    AdapterManifest manifest = AdapterManifest.of(job, "audit", null);
    return Adapter.of(new Candidate(tensors, manifest, null), job.recommender());
  }
}
