package io.lethe.engine.method;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.model.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs a method that is a loss alone. */
record LossMethodRun(LossMethod method, MethodSettings settings) implements UnlearningMethod {
  @Override
  public String name() {
    return method.method();
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    AdapterTensors start = Teachers.start(job);
    List<Example> examples = Stream.concat(job.forget().stream(), job.retain().stream()).toList();
    try (Activations activations = Teachers.activations(job, examples, start)) {
      float[] original = Teachers.original(activations, start);
      double target = target(settings, job, () -> original);
      clock.end("teachers");
      StudentLoop.Result result =
          StudentLoop.run(
              activations,
              start,
              Teachers.trained(job),
              examples,
              goals(job, original),
              plan(settings, target, job.seed()),
              listener);
      clock.end("student");
      return candidate(name(), job, settings, result, target, 0, clock);
    }
  }

  private Goals goals(UnlearningJob job, float[] original) {
    // Apart from the batches' seeds, so that what is drawn for a row does not follow its place.
    Random random = new Random(job.seed() ^ 0x2545F4914F6CDD1DL);
    List<RowGoal> goals = new ArrayList<>();
    List<RowGoal> opening = new ArrayList<>();
    for (OriginalAnswer answer : answers(job.forget(), original, 0)) {
      goals.add(method.forget(answer, settings, random));
      method.opening(answer, settings).ifPresent(opening::add);
    }
    for (OriginalAnswer answer : answers(job.retain(), original, job.forget().size())) {
      goals.add(method.retain(answer, settings));
    }
    Goals.Opening first = opening.isEmpty() ? null : new Goals.Opening(1, opening, true);
    return new Goals(goals, job.forget().size(), first);
  }

  static List<OriginalAnswer> answers(List<Example> examples, float[] logits, int from) {
    List<OriginalAnswer> answers = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      int at = 2 * (from + i);
      answers.add(new OriginalAnswer(examples.get(i).liked(), logits[at], logits[at + 1]));
    }
    return answers;
  }

  /**
   * Confidence in the forget rows to stop at, or NaN where the settings ask for every step.
   *
   * @param original logits of the forget rows and the retained rows, asked for only where needed
   */
  static double target(MethodSettings settings, UnlearningJob job, Supplier<float[]> original) {
    return settings.number(LossMethod.STOP_AT_TARGET) > 0
        ? Teachers.target(job, original.get()).confidence()
        : Double.NaN;
  }

  static StudentLoop.Plan plan(MethodSettings settings, double target, long seed) {
    IntToDoubleFunction rate = step -> settings.learningRate();
    if (settings.number(LossMethod.LINEAR_DECAY) > 0) {
      rate = step -> settings.learningRate() * (1 - (step - 1.0) / settings.steps());
    }
    return new StudentLoop.Plan(
        settings.steps(),
        settings.batchSize(),
        settings.retainBatchSize(),
        settings.optimizer(),
        rate,
        target,
        (int) settings.number(LossMethod.LOOK_EVERY),
        seed);
  }

  static Candidate candidate(
      String name,
      UnlearningJob job,
      MethodSettings settings,
      StudentLoop.Result result,
      double target,
      double alpha,
      PhaseClock clock) {
    AdapterManifest manifest = AdapterManifest.of(job, name, settings);
    return new Candidate(result.tensors(), manifest, result.record(name, alpha, target, clock));
  }
}
