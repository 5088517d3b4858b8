package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.BatchSchedule;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The loop that every method shares: forget and retained rows in one batch, one native call a step,
 * towards what was fixed beforehand.
 */
public final class StudentLoop {
  private static final int[] NO_ROWS = {};

  /** What a step teaches. */
  public interface Teaching {
    /** How many of the first rows are to be forgotten. */
    int forgetCount();

    /** Whether a step, counted from 1, takes retained rows too. */
    boolean withRetained(int step);

    /** Takes a step and returns the loss before it. */
    double step(LoraTrainer student, int[] forget, int[] retain, int step, double rate);
  }

  /**
   * How long, how fast and how far.
   *
   * @param steps at most
   * @param batchSize forget rows of one step
   * @param retainBatchSize retained rows of one step
   * @param optimizer of the LoRA tensors
   * @param rate learning rate of a step counted from 1
   * @param target mean confidence in the true labels of the forget rows to stop at, or NaN to take
   *     every step
   * @param lookEvery steps between two looks at that confidence, where there is a target
   * @param seed of the batches
   */
  public record Plan(
      int steps,
      int batchSize,
      int retainBatchSize,
      OptimizerSettings optimizer,
      IntToDoubleFunction rate,
      double target,
      int lookEvery,
      long seed) {
    public Plan {
      if (steps < 1 || batchSize < 1 || retainBatchSize < 1 || lookEvery < 1) {
        throw new EngineException(
            "steps, batchSize, retainBatchSize and lookEvery must each be at least 1");
      }
    }
  }

  /**
   * What came of it.
   *
   * @param tensors of the step that came nearest to the target, or of the last one without a target
   * @param stepKept the step they are from
   * @param targetReached true where the confidence came down to its target
   * @param losses of every step
   * @param confidences mean confidence in the true labels of the forget rows at every look
   * @param confidenceAfter the same of {@code tensors}
   */
  public record Result(
      AdapterTensors tensors,
      int stepKept,
      boolean targetReached,
      List<Double> losses,
      List<Double> confidences,
      double confidenceAfter) {
    /**
     * The same for a candidate to carry.
     *
     * @param method its name
     * @param alpha weight of the forgetting teacher, or 0 without one
     * @param target confidence to stop at, or NaN without one
     * @param clock of the run's phases, all ended
     */
    public UnlearningRecord record(String method, double alpha, double target, PhaseClock clock) {
      return new UnlearningRecord(
          method,
          losses.size(),
          stepKept,
          alpha,
          targetReached,
          losses,
          confidences,
          confidences.get(0),
          confidenceAfter,
          target,
          clock.secondsByPhase());
    }
  }

  private final List<Example> examples;
  private final Teaching teaching;
  private final Plan plan;
  private final ProgressListener listener;
  private final int[] forgetRows;
  private final boolean[] forgetLabels;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> confidences = new ArrayList<>();

  private AdapterTensors kept;
  private int stepKept;
  private double confidenceKept;
  private boolean reached;

  private StudentLoop(
      List<Example> examples, Teaching teaching, Plan plan, ProgressListener listener) {
    this.examples = examples;
    this.teaching = teaching;
    this.plan = plan;
    this.listener = listener;
    this.forgetRows = IntStream.range(0, teaching.forgetCount()).toArray();
    this.forgetLabels = Answers.labels(examples.subList(0, forgetRows.length));
  }

  /**
   * Trains a student.
   *
   * @param trained which of its tensors move, by name
   * @param examples the rows of the activations, forget rows first
   */
  public static Result run(
      Activations activations,
      AdapterTensors start,
      Predicate<String> trained,
      List<Example> examples,
      Teaching teaching,
      Plan plan,
      ProgressListener listener) {
    return new StudentLoop(examples, teaching, plan, listener).train(activations, start, trained);
  }

  private Result train(Activations activations, AdapterTensors start, Predicate<String> trained) {
    List<EncodedPrompt> prompts =
        IntStream.range(0, activations.size()).mapToObj(activations::prompt).toList();
    BatchCycle forget = cycle(prompts, 0, forgetRows.length, plan.batchSize(), plan.seed());
    BatchCycle retain =
        cycle(prompts, forgetRows.length, prompts.size(), plan.retainBatchSize(), plan.seed() + 1);
    try (LoraTrainer student =
        new LoraTrainer(activations, start, trained, plan.optimizer(), plan.seed())) {
      look(student, 0);
      for (int step = 1; step <= plan.steps() && !reached; step++) {
        int[] retained = teaching.withRetained(step) ? retain.next() : NO_ROWS;
        double loss =
            teaching.step(student, forget.next(), retained, step, plan.rate().applyAsDouble(step));
        losses.add(loss);
        listener.onProgress(new Progress("student", step, plan.steps(), loss));
        boolean due = !Double.isNaN(plan.target()) && step % plan.lookEvery() == 0;
        if (due || step == plan.steps()) {
          look(student, step);
        }
      }
    }
    return new Result(
        kept, stepKept, reached, List.copyOf(losses), List.copyOf(confidences), confidenceKept);
  }

  private BatchCycle cycle(List<EncodedPrompt> prompts, int from, int to, int size, long seed) {
    return new BatchCycle(
        new BatchSchedule(examples.subList(from, to), prompts.subList(from, to), size, seed), from);
  }

  /**
   * Measures the confidence in the forget rows and keeps the tensors that came nearest to the
   * target.
   */
  private void look(LoraTrainer student, int step) {
    double confidence =
        Metrics.meanConfidence(Answers.probabilities(student.logits(forgetRows)), forgetLabels);
    confidences.add(confidence);
    boolean nearer =
        Math.abs(confidence - plan.target()) < Math.abs(confidenceKept - plan.target());
    // The start itself is never kept once a step was made: a candidate that changes nothing would
    // be refused.
    if (kept == null || stepKept == 0 || nearer) {
      kept = student.tensors();
      stepKept = step;
      confidenceKept = confidence;
    }
    reached = step > 0 && confidence <= plan.target();
  }
}
