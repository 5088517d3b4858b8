package io.lethe.engine;

import io.lethe.engine.method.Disturbed;
import io.lethe.engine.method.Remainder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What every candidate must pass, in order; the first failure ends the evaluation. The utility is
 * last, since it alone may be set aside: what concerns people was judged before.
 */
public final class Gates {
  public static final String NO_OP = "no-op";
  public static final String FINITE = "finite";
  public static final String FORGETTING = "forgetting";
  public static final String RESURRECTED = "resurrected";
  public static final String UTILITY_FLOOR = "utility-floor";
  public static final String INT8 = "int8";
  public static final String PARAPHRASE = "paraphrase";

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
        Remainder.of(job, candidate)
            .ifPresent(estimate -> judge(estimate, job, candidate, verdicts));
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

  /** All that concerns the people who were forgotten, now and before. */
  private static void judge(
      Remainder.Estimate left, UnlearningJob job, Candidate candidate, List<GateVerdict> verdicts) {
    verdicts.add(
        residual(
            FORGETTING,
            left.forget(),
            job,
            "share of the way from the parent to the exact answers that is left or was gone beyond"));
    if (last(verdicts).passed() && left.earlier().isPresent()) {
      verdicts.add(
          residual(
              RESURRECTED,
              left.earlier().getAsDouble(),
              job,
              "the same of all requests before, from the recommender"));
    }
    if (last(verdicts).passed()) {
      Disturbed.of(job, candidate, left.exactUp())
          .ifPresent(residuals -> disturbed(residuals, job, verdicts));
    }
  }

  private static void disturbed(
      Disturbed.Residuals residuals, UnlearningJob job, List<GateVerdict> verdicts) {
    verdicts.add(
        residual(INT8, residuals.int8(), job, "the same with the adapter rounded to int8"));
    if (last(verdicts).passed()) {
      verdicts.add(
          residual(PARAPHRASE, residuals.paraphrased(), job, "the same asked in other words"));
    }
  }

  private static GateVerdict residual(
      String gate, double residual, UnlearningJob job, String reference) {
    double residualMax = job.settings().residualMax();
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
