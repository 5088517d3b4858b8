package io.lethe.engine.method;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.Candidate;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.model.LastProjection;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Goes on from the parent to the optimum of the rows that are left, by Newton's method. An exact
 * retrain ends at the same optimum, which it comes to from the beginning; so this differs from it
 * by where the search stops alone, and takes a few steps instead of all.
 *
 * <p>It needs what the recommender keeps of all rows that are left, and its time grows with them.
 */
public final class Optimum implements UnlearningMethod {
  public static final String NAME = "optimum";

  private static final int STEPS_MAX = 10;

  private final MethodSettings settings;

  Optimum(MethodSettings settings) {
    this.settings = settings;
  }

  static MethodSettings defaults() {
    return new MethodSettings(STEPS_MAX, 1, 1, 1, 1, OptimizerSettings.adamW(0), Map.of());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    TunedGround ground = TunedGround.required(job);
    BitSet leftOut = ground.leftOut(job.parent());
    BitSet places = ground.places(job.forget(), job.recommender(), leftOut);
    leftOut.or(places);
    AtomicInteger steps = new AtomicInteger();
    try (LastProjection projection = ground.at(ground.up(job.parent()))) {
      LastProjection.Rows forgotten = ground.rows().only(places);
      OneStep told = new OneStep(NAME, forgotten, projection.probabilities(forgotten.rows()));
      new NewtonSearch(ground.settings().ridge(), settings.steps())
          .run(
              projection,
              ground.rows().allBut(leftOut),
              NAME,
              progress -> {
                steps.set(progress.step());
                listener.onProgress(progress);
              });
      clock.end("steps");
      return new Candidate(
          ground.adapter(projection.up()),
          AdapterManifest.of(job, NAME, settings),
          told.record(steps.get(), projection.probabilities(forgotten.rows()), clock));
    }
  }
}
