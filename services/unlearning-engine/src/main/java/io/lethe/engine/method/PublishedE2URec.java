package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.model.Activations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * E2URec as its program has it (justarter/E2URec, unlearning_e2urec.py), for comparison: first
 * passes over the forget rows alone, then {@code 0.6 (L_gd + L_kl) + 0.4 L_FGT} on retained and
 * forget rows together. L_FGT and L_kl are cross-entropies with the teachers with 1e-12 added to
 * every probability, so their values include the teachers' entropy; L_gd is the cross-entropy with
 * the labels of the retained rows. Alpha is 2, the student's rate 1e-3, batches are 16 and 16, and
 * its scripts stop at step 1,000.
 *
 * <p>Departures: the answer is one token of two instead of three decoder positions over the whole
 * vocabulary (the formulas themselves are those of the program over any vocabulary); padding is
 * masked; there is no LoRA dropout; the augmented teacher is LoRA on the recommender, as the job's
 * settings have it, instead of a second recommender tuned in all its parameters at 5e-5; and its
 * time counts.
 *
 * <p>Numbers of its own: {@code alpha}; {@code forgetPasses}, passes over the forget rows alone;
 * {@code retainWeight}; and those of {@link LossMethod} for the rate and the target.
 */
record PublishedE2URec(MethodSettings settings) implements UnlearningMethod {
  static final String NAME = "e2urec-published";

  private static final String ALPHA = "alpha";
  private static final String FORGET_PASSES = "forgetPasses";

  static MethodSettings defaults() {
    return new MethodSettings(
        1000,
        16,
        16,
        1e-3,
        0.4,
        OptimizerSettings.adamW(0.01),
        Map.of(
            ALPHA,
            2.0,
            FORGET_PASSES,
            1.0,
            LossMethod.RETAIN_WEIGHT,
            0.6,
            LossMethod.LINEAR_DECAY,
            0.0,
            LossMethod.STOP_AT_TARGET,
            0.0,
            LossMethod.LOOK_EVERY,
            2.0));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    AdapterTensors start = Teachers.start(job);
    List<Example> examples = Stream.concat(job.forget().stream(), job.retain().stream()).toList();
    try (Activations activations = Teachers.activations(job, examples, start)) {
      float[] original = Teachers.original(activations, start);
      double target = LossMethodRun.target(settings, job, () -> original);
      clock.end("teachers");
      float[] forgetOriginal = Arrays.copyOf(original, 2 * job.forget().size());
      float[] augmented = Teachers.augmented(job, activations, start, forgetOriginal, 0, listener);
      clock.end("augmented-teacher");
      StudentLoop.Result result =
          StudentLoop.run(
              activations,
              start,
              Teachers.trained(job),
              examples,
              goals(job, original, augmented),
              LossMethodRun.plan(settings, target, job.seed()),
              listener);
      clock.end("student");
      double alpha = settings.number(ALPHA);
      return LossMethodRun.candidate(NAME, job, settings, result, target, alpha, clock);
    }
  }

  private Goals goals(UnlearningJob job, float[] original, float[] augmented) {
    int forgetCount = job.forget().size();
    float[] forgetting =
        Teachers.forgetting(
            Arrays.copyOf(original, 2 * forgetCount), augmented, settings.number(ALPHA));
    List<RowGoal> goals = new ArrayList<>();
    List<RowGoal> alone = new ArrayList<>();
    for (OriginalAnswer teacher : LossMethodRun.answers(job.forget(), forgetting, 0)) {
      goals.add(teacher.kept(0).withSoft(settings.forgetWeight()));
      alone.add(teacher.kept(0).withSoft(1));
    }
    double weight = settings.number(LossMethod.RETAIN_WEIGHT);
    for (OriginalAnswer teacher : LossMethodRun.answers(job.retain(), original, forgetCount)) {
      goals.add(teacher.kept(0).withSoft(weight).withCrossEntropy(weight));
    }
    int batches = (forgetCount + settings.batchSize() - 1) / settings.batchSize();
    int opening = (int) (settings.number(FORGET_PASSES) * batches);
    return new Goals(goals, forgetCount, new Goals.Opening(opening, alone, false));
  }
}
