package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.Finetuning;
import io.lethe.engine.Metrics;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.audit.Int8Export;
import io.lethe.engine.audit.PromptProbes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Disturbs a candidate and measures its residual again: an adapter that only hid what it should
 * forget goes back towards the original.
 *
 * <p>After relearning, both sides of the residual's numerator have relearned in the same way: the
 * candidate's adapter, and a fresh adapter over the exact retrain. Otherwise an exact retrain would
 * seem to remember whatever it was just taught.
 */
final class Probes {
  private static final Finetuning RELEARNING = new Finetuning(30, 16, 1e-3);
  private static final int UNRELATED_ROWS_MAX = 480;
  private static final int SHOTS = 4;

  /** Ratings above and below the threshold that stand for a yes and a no in a prompt. */
  private static final double LIKED_ABOVE_BY = 2;

  private static final double DISLIKED_BELOW_BY = 1;

  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final BenchData data;
  private final SavedRows rows;
  private final Recommender original;
  private final Recommender exact;

  /** Rows that relearning is taught, rows it is measured on, and prompts in other words. */
  private final List<Example> unrelated;

  private final List<Example> taught = new ArrayList<>();
  private final List<Example> untaught = new ArrayList<>();

  /** Scores of one model under every disturbance. */
  record Disturbed(
      float[] plain,
      float[] paraphrased,
      float[] inContext,
      float[] int8,
      float[] afterUnrelated,
      float[] untaught,
      float[] untaughtAfterPart) {}

  Probes(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      BenchData data,
      SavedRows rows,
      Recommender original,
      Recommender exact) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
    this.data = data;
    this.rows = rows;
    this.original = original;
    this.exact = exact;
    List<Example> retain = BenchData.examples(rows.retain());
    this.unrelated = retain.subList(0, Math.min(UNRELATED_ROWS_MAX, retain.size()));
    List<Example> forget = BenchData.examples(rows.forget());
    for (int row = 0; row < forget.size(); row++) {
      (row % 2 == 0 && row + 1 < forget.size() ? taught : untaught).add(forget.get(row));
    }
  }

  /** Residuals of a run's candidate by probe. */
  Map<String, Object> residuals(MethodRun run) {
    Disturbed ofExact = reference("exact", exact);
    Disturbed ofOriginal = reference("original", original);
    Disturbed candidate =
        folder
            .stages()
            .once(
                "probes-" + run.method() + "-seed-" + run.seed(),
                key(run.adapterId()),
                Disturbed.class,
                () ->
                    disturbed(
                        "probes of " + run.method(),
                        original,
                        new AdapterStore(folder.adapters()).get(run.adapterId()).tensors()));
    Map<String, Object> residuals = new LinkedHashMap<>();
    residuals.put(
        "residualInt8", Metrics.residual(candidate.int8(), ofExact.plain(), ofOriginal.plain()));
    residuals.put(
        "residualParaphrase",
        Metrics.residual(candidate.paraphrased(), ofExact.paraphrased(), ofOriginal.paraphrased()));
    residuals.put(
        "residualInContext",
        Metrics.residual(candidate.inContext(), ofExact.inContext(), ofOriginal.inContext()));
    residuals.put(
        "residualRelearnUnrelated",
        relearned(
            candidate.afterUnrelated(),
            ofExact.afterUnrelated(),
            ofOriginal.plain(),
            ofExact.plain()));
    residuals.put(
        "residualBeforeRelearnPart",
        Metrics.residual(candidate.untaught(), ofExact.untaught(), ofOriginal.untaught()));
    residuals.put(
        "residualRelearnPart",
        relearned(
            candidate.untaughtAfterPart(),
            ofExact.untaughtAfterPart(),
            ofOriginal.untaught(),
            ofExact.untaught()));
    return residuals;
  }

  private static double relearned(
      float[] candidate, float[] exact, float[] originalBefore, float[] exactBefore) {
    return Metrics.meanDistance(candidate, exact)
        / Metrics.meanDistance(originalBefore, exactBefore);
  }

  /** A recommender without an adapter, disturbed in the same way through a fresh one. */
  private Disturbed reference(String name, Recommender recommender) {
    return folder
        .stages()
        .once(
            "probes-" + name,
            key(recommender.digest()),
            Disturbed.class,
            () ->
                disturbed(
                    "probes of the " + name,
                    recommender,
                    Finetuning.start(recommender, settings.unlearning(), BenchSettings.SEED)));
  }

  private Map<String, Object> key(String digest) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("model", digest);
    key.put("original", original.digest());
    key.put("rows", rows.digests());
    key.put("relearning", RELEARNING);
    key.put("precision", settings.engine().precision());
    key.put("device", settings.engine().device());
    return key;
  }

  private Disturbed disturbed(String task, Recommender recommender, AdapterTensors adapter) {
    try (PhaseDisplay display = new PhaseDisplay(console, task)) {
      Measure measure = new Measure(recommender, display);
      List<Example> forget = BenchData.examples(rows.forget());
      List<String> subjects = rows.forget().stream().map(BenchRow::subject).toList();
      List<Prompt> inContext =
          PromptProbes.inContext(
              forget,
              subjects,
              SHOTS,
              data.likedAbove() + LIKED_ABOVE_BY,
              data.likedAbove() - DISLIKED_BELOW_BY);
      List<Prompt> paraphrases =
          forget.stream().map(row -> PromptProbes.paraphrase(row.prompt())).toList();
      return new Disturbed(
          measure.scores("forget rows", adapter, forget),
          measure.scores("paraphrases", adapter, with(forget, paraphrases)),
          measure.scores("in context", adapter, with(forget, inContext)),
          measure.scores("int8", Int8Export.roundTrip(adapter), forget),
          measure.scores(
              "after unrelated rows", relearned(recommender, adapter, unrelated), forget),
          measure.scores("other half", adapter, untaught),
          measure.scores("after half", relearned(recommender, adapter, taught), untaught));
    }
  }

  private static AdapterTensors relearned(
      Recommender recommender, AdapterTensors adapter, List<Example> rows) {
    return RELEARNING.continued(recommender, adapter, rows, BenchSettings.SEED);
  }

  private static List<Example> with(List<Example> rows, List<Prompt> prompts) {
    List<Example> asked = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      asked.add(new Example(rows.get(row).id(), prompts.get(row), rows.get(row).liked()));
    }
    return asked;
  }

  /** Scores tensors that nobody stored. */
  private record Measure(Recommender recommender, PhaseDisplay display) {
    float[] scores(String what, AdapterTensors tensors, List<Example> rows) {
      AdapterManifest manifest =
          new AdapterManifest(
              recommender.digest(), recommender.settings().precision(), "probe", "", null, 0, null);
      try (Adapter adapter = Adapter.of(new Candidate(tensors, manifest, null), recommender)) {
        return Scoring.score(what, prompts -> recommender.score(prompts, adapter), rows, display);
      }
    }
  }
}
