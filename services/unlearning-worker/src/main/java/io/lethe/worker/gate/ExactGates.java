package io.lethe.worker.gate;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Example;
import io.lethe.engine.GateVerdict;
import io.lethe.engine.Gates;
import io.lethe.engine.Metrics;
import io.lethe.engine.Prompt;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What an exact candidate must pass, in order; the first failure ends the evaluation. It has no
 * rows to forget at hand, and a tuning that never saw them need not move any answer, so only the
 * gates that every adapter must pass are left.
 */
public final class ExactGates {
  private ExactGates() {}

  /**
   * Verdicts in order; all passed exactly when the last one passed.
   *
   * @param heldOut rows never trained on; without any the utility is not judged
   * @param parent scores of prompts, from 0 to 1, under the adapter released now
   * @param candidate scores of the same prompts under the candidate
   */
  public static List<GateVerdict> evaluate(
      AdapterTensors tensors,
      List<Example> heldOut,
      Function<List<Prompt>, float[]> parent,
      Function<List<Prompt>, float[]> candidate,
      UnlearningSettings settings) {
    List<Example> judged = judged(heldOut, settings.heldOutMax());
    List<Prompt> prompts = Answers.prompts(judged);
    float[] after = prompts.isEmpty() ? new float[0] : candidate.apply(prompts);
    List<GateVerdict> verdicts = new ArrayList<>();
    verdicts.add(finite(tensors, after));
    if (verdicts.get(0).passed() && !prompts.isEmpty()) {
      boolean[] liked = Answers.labels(judged);
      double floor = Metrics.auc(parent.apply(prompts), liked);
      verdicts.add(utilityFloor(floor, Metrics.auc(after, liked), settings.utilityDropMax()));
    }
    return List.copyOf(verdicts);
  }

  /** The rows that the candidate of a forget set is judged by: see {@link UnlearningJob}. */
  private static List<Example> judged(List<Example> heldOut, int heldOutMax) {
    List<Example> used =
        heldOut.stream().sorted(Comparator.comparing(Example::id)).limit(heldOutMax).toList();
    List<Example> chosen =
        used.stream().filter(one -> !UnlearningJob.anchorsTheStudent(one.id())).toList();
    return chosen.isEmpty() ? used : chosen;
  }

  private static GateVerdict finite(AdapterTensors tensors, float[] scores) {
    long broken = tensors.tensors().values().stream().filter(t -> !t.isFinite()).count();
    for (float score : scores) {
      broken += Float.isFinite(score) ? 0 : 1;
    }
    return new GateVerdict(
        Gates.FINITE, broken, 0, 0, "tensors and scores that are not finite", broken == 0);
  }

  private static GateVerdict utilityFloor(double before, double after, double dropMax) {
    double floor = before - dropMax;
    // Rows of one class alone have no AUC, and nothing to lose.
    boolean passed = Double.isNaN(before) || after >= floor;
    return new GateVerdict(
        Gates.UTILITY_FLOOR,
        after,
        floor,
        Double.POSITIVE_INFINITY,
        "held-out AUC, parent " + String.format(Locale.ROOT, "%.4f", before),
        passed);
  }
}
