package io.lethe.engine;

import io.lethe.engine.method.Goals;
import io.lethe.engine.method.PhaseClock;
import io.lethe.engine.method.RowGoal;
import io.lethe.engine.method.StudentLoop;
import io.lethe.engine.method.Teachers;
import io.lethe.engine.method.TwiceTuned;
import io.lethe.engine.model.Activations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Unlearning by a forgetting and a remembering teacher (Wang et al., E2URec, 2025), with one frozen
 * recommender and LoRA for everything that moves.
 *
 * <p>The augmented teacher is the parent trained further on the forget rows. What it gains there,
 * the forgetting teacher takes away from the original: {@code z_f = z_o - alpha * ReLU(z_a - z_o)}.
 * The student is drawn to z_f on the forget rows, and to z_o and the true labels on retained rows.
 * Both teachers are computed once a row and kept as two numbers.
 *
 * <p>Five departures from the published schedule, made because a fixed number of steps under- or
 * overshoots on small requests. First, the student stops where the mean confidence in the true
 * labels of the forget rows reaches what an exact retrain is expected to give (see {@link
 * ForgetTarget}), and never goes on past it. Second, alpha grows, within a limit, until the
 * forgetting teacher itself lies beyond that confidence: a row the original knows by heart gains
 * little from more training, so that a fixed alpha would teach nothing. Third, the remembering
 * teacher also speaks on held-out rows, which needs no labels: the few retained rows alone do not
 * tell the student to leave rows alone that it never saw. Fourth, the augmented teacher's rows pull
 * alike however well they are known (see {@link Teachers#augmented}): with the plain cross-entropy
 * its gain said nothing of what an exact retrain loses; and where the recommender keeps its rows,
 * it is the recommender tuned with these rows counted twice (see {@link TwiceTuned}). Fifth, the
 * student moves B alone, with the A that the recommender was tuned with.
 */
public final class E2URec implements UnlearningMethod {
  private static final double GROWTH = 1.25;
  private static final double AUGMENTED_WEIGHT_MAX = 10;

  /**
   * What a recommender that was tuned to its optimum remembers of a row is a smaller shift, which
   * steps of the usual size pass over: with them the residual of a fifth of all rows was 5.9, with
   * a fifth of them .77.
   */
  private static final double RATE_AT_OPTIMUM = 0.2;

  @Override
  public String name() {
    return "e2urec";
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    UnlearningSettings settings = job.settings();
    PhaseClock clock = new PhaseClock();
    AdapterTensors start = Teachers.start(job);
    List<Example> examples =
        Stream.of(job.forget(), job.retain(), job.anchors()).flatMap(List::stream).toList();
    try (Activations activations = Teachers.activations(job, examples, start)) {
      float[] original = Teachers.original(activations, start);
      double target = Teachers.target(job, original).confidence();
      clock.end("teachers");
      float[] forgetOriginal = Arrays.copyOf(original, 2 * job.forget().size());
      float[] augmented =
          TwiceTuned.logits(job, forgetOriginal, listener)
              .orElseGet(
                  () ->
                      Teachers.augmented(
                          job, activations, start, forgetOriginal, AUGMENTED_WEIGHT_MAX, listener));
      clock.end("augmented-teacher");
      double alpha = alphaFor(job, forgetOriginal, augmented, target);
      float[] teacher = original.clone();
      float[] forgetting = Teachers.forgetting(forgetOriginal, augmented, alpha);
      System.arraycopy(forgetting, 0, teacher, 0, forgetting.length);
      double rate = settings.learningRate() * (TwiceTuned.isFor(job) ? RATE_AT_OPTIMUM : 1);
      StudentLoop.Plan plan =
          new StudentLoop.Plan(
              settings.stepsMax(),
              settings.batchSize(),
              settings.retainBatchSize(),
              OptimizerSettings.adamW(0),
              step -> rate,
              target,
              settings.evaluateEvery(),
              job.seed());
      StudentLoop.Result result =
          StudentLoop.run(
              activations,
              start,
              Teachers.trained(job),
              examples,
              goals(job, examples, teacher),
              plan,
              listener);
      clock.end("student");
      return new Candidate(
          result.tensors(),
          AdapterManifest.of(job, name(), null),
          result.record(name(), alpha, target, clock));
    }
  }

  private static double alphaFor(
      UnlearningJob job, float[] original, float[] augmented, double target) {
    boolean[] labels = Answers.labels(job.forget());
    UnlearningSettings settings = job.settings();
    double before = confidence(original, labels);
    double confidence = before - settings.teacherReach() * (before - target);
    double alpha = settings.alpha();
    while (alpha * GROWTH <= settings.alphaMax()
        && confidence(Teachers.forgetting(original, augmented, alpha), labels) > confidence) {
      alpha *= GROWTH;
    }
    return alpha;
  }

  private static double confidence(float[] logits, boolean[] labels) {
    return Metrics.meanConfidence(Answers.probabilities(logits), labels);
  }

  /**
   * KL to the forgetting teacher on forget rows; KL to the original and cross-entropy on retained
   * ones, the divergence alone on held-out ones.
   */
  private static Goals goals(UnlearningJob job, List<Example> examples, float[] teacher) {
    UnlearningSettings settings = job.settings();
    int forgetCount = job.forget().size();
    double rest = 1 - settings.forgetWeight();
    List<RowGoal> goals = new ArrayList<>();
    for (int row = 0; row < examples.size(); row++) {
      double weight = row < forgetCount ? settings.forgetWeight() : rest;
      boolean labelled = row >= forgetCount && row < forgetCount + job.retain().size();
      goals.add(
          RowGoal.teacher(examples.get(row).liked(), teacher[2 * row], teacher[2 * row + 1], weight)
              .withCrossEntropy(labelled ? settings.labelWeight() * rest : 0));
    }
    return new Goals(goals, forgetCount, null);
  }
}
