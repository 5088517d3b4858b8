package io.lethe.engine;

import io.lethe.engine.method.Remainder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What every candidate must pass, in order; the first failure ends the evaluation. */
public final class Gates {
  public static final String NO_OP = "no-op";
  public static final String FINITE = "finite";
  public static final String FORGETTING = "forgetting";
  public static final String RESURRECTED = "resurrected";
  public static final String UTILITY_FLOOR = "utility-floor";

  private Gates() {}

  /** Verdicts in order; all passed exactly when the last one passed. */
  public static List<GateVerdict> evaluate(UnlearningJob job, Candidate candidate) {
    List<GateVerdict> verdicts = new ArrayList<>();
    try (Adapter adapter = Adapter.of(candidate, job.recommender())) {
      List<Prompt> forget = Answers.prompts(job.forget());
      float[] before = job.recommender().score(forget, job.parent());
      float[] after = job.recommender().score(forget, adapter);
      verdicts.add(
          noOp(before, after, Remainder.nothingToForget(job) ? 0 : job.settings().movementMin()));
      if (last(verdicts).passed()) {
        verdicts.add(finite(candidate, after));
      }
      if (last(verdicts).passed()) {
        Remainder.of(job, candidate).ifPresent(left -> judge(left, job, verdicts));
      }
      if (last(verdicts).passed()) {
        verdicts.add(utilityFloor(job, adapter));
      }
    }
    return List.copyOf(verdicts);
  }

  private static GateVerdict noOp(float[] before, float[] after, double movementMin) {
    double moved = Metrics.meanDistance(before, after);
    // A value that is not a number is the next gate's business.
    boolean passed = !(moved < movementMin);
    return new GateVerdict(
        NO_OP,
        moved,
        movementMin,
        Double.POSITIVE_INFINITY,
        "mean absolute change of the forget rows' scores against the parent",
        passed);
  }

  private static GateVerdict finite(Candidate candidate, float[] scores) {
    long broken =
        candidate.tensors().tensors().values().stream().filter(t -> !t.isFinite()).count();
    for (float score : scores) {
      broken += Float.isFinite(score) ? 0 : 1;
    }
    return new GateVerdict(
        FINITE, broken, 0, 0, "tensors and scores that are not finite", broken == 0);
  }

  private static void judge(
      Remainder.Estimate left, UnlearningJob job, List<GateVerdict> verdicts) {
    double residualMax = job.settings().residualMax();
    verdicts.add(
        residual(
            FORGETTING,
            left.forget(),
            residualMax,
            "share of the way from the parent to the exact answers that is left or was gone beyond"));
    if (last(verdicts).passed() && left.earlier().isPresent()) {
      verdicts.add(
          residual(
              RESURRECTED,
              left.earlier().getAsDouble(),
              residualMax,
              "the same of all requests before, from the recommender"));
    }
  }

  private static GateVerdict residual(
      String gate, double residual, double residualMax, String reference) {
    return new GateVerdict(
        gate,
        residual,
        0,
        residualMax,
        reference + ", by one Newton step on the rows that are kept",
        residual <= residualMax);
  }

  private static GateVerdict utilityFloor(UnlearningJob job, Adapter adapter) {
    List<Example> heldOut = job.judged();
    boolean[] liked = Answers.labels(heldOut);
    List<Prompt> prompts = Answers.prompts(heldOut);
    double before = Metrics.auc(job.recommender().score(prompts, job.parent()), liked);
    double after = Metrics.auc(job.recommender().score(prompts, adapter), liked);
    double floor = before - job.settings().utilityDropMax();
    // Rows of one class alone have no AUC, and nothing to lose.
    boolean passed = Double.isNaN(before) || after >= floor;
    return new GateVerdict(
        UTILITY_FLOOR,
        after,
        floor,
        Double.POSITIVE_INFINITY,
        "held-out AUC, parent " + String.format(Locale.ROOT, "%.4f", before),
        passed);
  }

  private static GateVerdict last(List<GateVerdict> verdicts) {
    return verdicts.get(verdicts.size() - 1);
  }
}
