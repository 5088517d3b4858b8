package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.Recommender;
import io.lethe.engine.StoredAdapter;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.method.MethodOutcome;
import io.lethe.engine.method.MethodRunner;
import io.lethe.engine.method.MethodSettings;
import io.lethe.engine.method.Methods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs methods on the request, each once, and keeps what they made with its manifest. */
final class MethodRuns {
  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final SavedRows rows;
  private final Rows measured;
  private final Recommender original;
  private final Manifests manifests;

  /** Rows that are scored: to forget, to choose by, to judge by. */
  record Rows(List<BenchRow> forget, List<BenchRow> choice, List<BenchRow> test) {}

  MethodRuns(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      SavedRows rows,
      Rows measured,
      Recommender original,
      Manifests manifests) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
    this.rows = rows;
    this.measured = measured;
    this.original = original;
    this.manifests = manifests;
  }

  /** Budgets that a method is run with; one that trains anew has none. */
  List<Integer> budgets(String method) {
    return Methods.kind(method) == Methods.Kind.RETRAINING ? List.of(0) : settings.stepBudgets();
  }

  /**
   * One run of a method, read where it was made before.
   *
   * @param budget steps, or 0 where the method trains anew
   */
  MethodRun run(String method, long seed, int budget) {
    MethodSettings methodSettings = budget == 0 ? null : Methods.defaults(method).withSteps(budget);
    MethodInputs inputs = inputs(method, methodSettings, BenchSettings.SEED, seed);
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("method", method);
    key.put("recommender", original.digest());
    key.put("rows", rows.digests());
    key.put("choice", SavedRows.digest(measured.choice()));
    key.put("test", SavedRows.digest(measured.test()));
    key.put("unlearning", settings.unlearning());
    key.put("settings", methodSettings == null ? Methods.defaults(method) : methodSettings);
    key.put("precision", settings.engine().precision());
    key.put("threads", settings.engine().threads());
    key.put("device", settings.engine().device());
    key.put("seed", seed);
    String name = "method-" + method + "-seed-" + seed + (budget == 0 ? "" : "-steps-" + budget);
    return folder.stages().once(name, key, MethodRun.class, () -> compute(name, inputs, budget));
  }

  private MethodInputs inputs(
      String method, MethodSettings methodSettings, long tuneSeed, long seed) {
    return new MethodInputs(
        method,
        rows,
        settings.base(),
        settings.tuning(),
        tuneSeed,
        settings.unlearning(),
        methodSettings,
        settings.engine(),
        folder.work(),
        seed);
  }

  /**
   * The manifest of the exact retrain with another seed, which was tuned before.
   *
   * @param forgetScores its scores of the forget rows
   * @return the file's name
   */
  String retrainManifest(float[] forgetScores) {
    return manifests.write(
        BenchReport.RETRAIN + "-seed-" + BenchSettings.OTHER_SEED,
        inputs(BenchReport.RETRAIN, null, BenchSettings.OTHER_SEED, BenchSettings.OTHER_SEED),
        new Manifests.Done(0, 0, List.of(), forgetScores),
        null);
  }

  private MethodRun compute(String name, MethodInputs inputs, int budget) {
    PeakMemory.begin();
    try (PhaseDisplay display =
            new PhaseDisplay(console, inputs.method() + " seed " + inputs.seed());
        MethodOutcome outcome =
            MethodRunner.run(inputs.method(), inputs.engineInputs(original, display))) {
      double peak = PeakMemory.mebibytes();
      float[] forget = score("forget rows", outcome, measured.forget(), display);
      float[] choice = score("validation rows", outcome, measured.choice(), display);
      float[] test = score("test rows", outcome, measured.test(), display);
      StoredAdapter adapter = stored(outcome.candidate());
      UnlearningRecord record = outcome.record();
      String manifest =
          manifests.write(
              name,
              inputs,
              new Manifests.Done(record.stepsTaken(), record.stepKept(), record.losses(), forget),
              adapter);
      return new MethodRun(
          inputs.method(),
          inputs.seed(),
          budget,
          forget,
          choice,
          test,
          record.confidenceTarget(),
          record.stepsTaken(),
          outcome.secondsSetup(),
          outcome.secondsTeachers(),
          outcome.secondsTotal(),
          record.secondsByPhase(),
          outcome.trainableParameters(),
          peak,
          adapter == null ? null : adapter.id(),
          manifest);
    }
  }

  private static float[] score(
      String what, MethodOutcome outcome, List<BenchRow> rows, PhaseDisplay display) {
    return Scoring.score(what, outcome.unlearned()::score, BenchData.examples(rows), display);
  }

  private StoredAdapter stored(Candidate candidate) {
    return candidate == null ? null : new AdapterStore(folder.adapters()).put(candidate);
  }

  /**
   * Every method's run with the given seed: of several budgets the one that stands best on the rows
   * kept for choosing, which no figure is made of.
   *
   * @param originalChoice scores of the original on those rows
   */
  MethodRun chosen(String method, long seed, float[] originalChoice) {
    List<MethodRun> runs = new ArrayList<>();
    for (int budget : budgets(method)) {
      runs.add(run(method, seed, budget));
    }
    Choice choice =
        new Choice(
            originalChoice,
            Scoring.labels(BenchData.examples(measured.choice())),
            Scoring.labels(BenchData.examples(measured.forget())));
    return runs.stream().min(Comparator.comparingDouble(choice::distance)).orElseThrow();
  }

  /** Names of the runs' manifests. */
  static List<String> manifests(List<MethodRun> runs) {
    return runs.stream().map(MethodRun::manifest).collect(Collectors.toList());
  }
}
