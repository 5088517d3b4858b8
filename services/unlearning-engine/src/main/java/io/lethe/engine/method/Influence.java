package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.Candidate;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.model.LastProjection;
import io.lethe.engine.model.Removals;
import java.util.BitSet;
import java.util.Map;

/**
 * Takes away in one step, without an optimiser, what rows contributed to the tuned numbers: {@code
 * (H + ridge - own)^-1 (g - rest)}, g being the rows' own part of the gradient, H the curvature of
 * all rows that are left, own theirs, and rest what the steps before left undone (influence
 * functions; Koh and Liang, 2017, for LoRA as LLMEraser does).
 *
 * <p>It holds where tuning came to its optimum, which the steady tuning sees to. No prompt is read:
 * what the rows were to the last projection lies beside the recommender's weights, and so does
 * where all of them stood. Behind a parent, where they stand is found once for all requests that
 * continue it, in {@link #prepare}.
 */
public final class Influence implements UnlearningMethod {
  public static final String NAME = "influence";

  private final MethodSettings settings;

  Influence(MethodSettings settings) {
    this.settings = settings;
  }

  static MethodSettings defaults() {
    return new MethodSettings(1, 1, 1, 1, 1, OptimizerSettings.adamW(0), Map.of());
  }

  /**
   * Finds where the rows that are left stand behind an adapter that requests will continue, so that
   * none of them has to wait for it. Does nothing where the recommender keeps no rows.
   *
   * @param parent or null for the recommender alone
   */
  public static void prepare(Recommender recommender, Adapter parent) {
    TunedGround ground = TunedGround.of(recommender);
    if (ground != null && ground.continues(parent)) {
      ground.removals(parent);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    TunedGround ground = TunedGround.required(job);
    Removals removals = ground.removals(job.parent());
    clock.end("standing");
    BitSet leftOut = ground.leftOut(job.parent());
    BitSet places = ground.places(job.forget(), job.recommender(), leftOut);
    LastProjection.Rows rows = ground.rows().only(places);
    OneStep step = new OneStep(NAME, rows, removals.probabilities(rows.rows()));
    FloatTensor without =
        places.isEmpty()
            ? ground.up(job.parent())
            : removals.without(rows, ground.settings().ridge());
    clock.end("step");
    try (LastProjection after = ground.at(without)) {
      return new Candidate(
          ground.adapter(without),
          AdapterManifest.of(job, NAME, settings),
          step.record(1, after.probabilities(rows.rows()), clock));
    }
  }
}
