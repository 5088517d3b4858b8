package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.Example;
import io.lethe.engine.Finetuning;
import io.lethe.engine.Metrics;
import io.lethe.engine.Recommender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The whole comparison: tune the original, retrain it exactly with two seeds, let every method
 * forget, measure. Every step's result is kept, so a run that was ended goes on where it stood.
 */
final class Bench {
  private final Console console;
  private final BenchSettings settings;
  private final BenchData data;
  private final BenchFolder folder;
  private final SavedRows rows;
  private final MethodRuns.Rows measured;

  /** What a model answers to the rows that are measured. */
  record ScoreSet(float[] forget, float[] choice, float[] test) {
    Figures.Scores measured() {
      return new Figures.Scores(forget, test);
    }
  }

  Bench(Console console, BenchSettings settings, BenchData data, BenchFolder folder) {
    this.console = console;
    this.settings = settings.fitting(data);
    this.data = data;
    this.folder = folder;
    List<BenchRow> forget = part(true);
    this.rows = new SavedRows(forget, part(false), everyOther(0));
    this.measured = new MethodRuns.Rows(forget, everyOther(1), data.test());
  }

  private List<BenchRow> part(boolean erased) {
    return data.train().stream()
        .filter(row -> data.erasedSubjects().contains(row.subject()) == erased)
        .toList();
  }

  /** Validation rows in turn: one half is for the methods, the other to choose by. */
  private List<BenchRow> everyOther(int first) {
    List<BenchRow> some = new ArrayList<>();
    for (int row = Math.min(first, data.valid().size() - 1); row < data.valid().size(); row += 2) {
      some.add(data.valid().get(row));
    }
    return some;
  }

  BenchReport run() {
    String baseDigest;
    try (Recommender base = Recommender.load(settings.base(), settings.engine())) {
      baseDigest = base.digest();
    }
    Tunings tunings =
        new Tunings(
            console,
            folder.recommenders(),
            settings.engine(),
            settings.base(),
            baseDigest,
            settings.tuning());
    Set<String> erased =
        rows.forget().stream().map(row -> row.example().id()).collect(Collectors.toSet());
    List<Example> train = rows.train();
    String trainDigest = Stages.digest(rows.digests().toString());
    Tunings.Tuned original =
        tunings.tuned("original", train, trainDigest, Set.of(), BenchSettings.SEED);
    Tunings.Tuned exact =
        tunings.tuned("exact retrain", train, trainDigest, erased, BenchSettings.SEED);
    Tunings.Tuned other =
        tunings.tuned(
            "exact retrain, other seed", train, trainDigest, erased, BenchSettings.OTHER_SEED);
    ScoreSet ofOriginal = scores("original", original.folder());
    ScoreSet ofExact = scores("exact", exact.folder());
    ScoreSet ofOther = scores("exact-other-seed", other.folder());
    Figures.Reference reference =
        new Figures.Reference(
            ofOriginal.measured(),
            ofExact.measured(),
            Scoring.labels(BenchData.examples(measured.forget())),
            Scoring.labels(BenchData.examples(measured.test())));
    Figures floor = reference.of(ofOther.measured());
    Audits audits = new Audits(shadows(baseDigest), measured, null);
    Map<String, Object> lira = audits.references(ofOriginal, ofExact, ofOther);
    List<BenchReport.Line> lines = new ArrayList<>();
    try (Recommender recommender = Recommender.load(original.folder(), settings.engine());
        Recommender retrained = Recommender.load(exact.folder(), settings.engine())) {
      if (settings.probes()) {
        audits =
            new Audits(
                audits.shadows(),
                measured,
                new Probes(console, settings, folder, data, rows, recommender, retrained));
      }
      MethodRuns runs =
          new MethodRuns(
              console,
              settings,
              folder,
              rows,
              measured,
              recommender,
              new Manifests(folder, recommender, original.folder(), baseDigest));
      for (String method : settings.methods()) {
        lines.add(
            method.equals(BenchReport.RETRAIN)
                ? retrainLine(
                    floor,
                    other.cost(),
                    runs.retrainManifest(ofOther.forget()),
                    audits.ofScores(ofOther.measured()),
                    Finetuning.trainedParameters(recommender, settings.tuning()))
                : line(method, runs, reference, ofOriginal, audits));
      }
    }
    Figures ofExactRetrain = reference.of(ofExact.measured());
    return new BenchReport(
        lines,
        reference.of(ofOriginal.measured()),
        ofExactRetrain,
        floor,
        Metrics.signal(ofOriginal.forget(), ofExact.forget(), ofOriginal.test(), ofExact.test()),
        reference.miaBand(List.of(ofExactRetrain, floor)),
        lira,
        conditions(baseDigest));
  }

  private Shadows shadows(String baseDigest) {
    return settings.shadows() == 0
        ? null
        : Shadows.ofOneRequest(console, settings, folder, baseDigest, rows, measured.test());
  }

  private ScoreSet scores(String name, Path recommenderFolder) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("recommender", recommenderFolder.getFileName().toString());
    key.put("forget", SavedRows.digest(measured.forget()));
    key.put("choice", SavedRows.digest(measured.choice()));
    key.put("test", SavedRows.digest(measured.test()));
    return folder
        .stages()
        .once(
            "scores-" + name,
            key,
            ScoreSet.class,
            () -> {
              try (PhaseDisplay display = new PhaseDisplay(console, name);
                  Recommender model = Recommender.load(recommenderFolder, settings.engine())) {
                return new ScoreSet(
                    score("forget rows", model, measured.forget(), display),
                    score("validation rows", model, measured.choice(), display),
                    score("test rows", model, measured.test(), display));
              }
            });
  }

  private static float[] score(
      String what, Recommender model, List<BenchRow> rows, PhaseDisplay display) {
    return Scoring.score(
        what, prompts -> model.score(prompts, null), BenchData.examples(rows), display);
  }

  private BenchReport.Line retrainLine(
      Figures floor,
      Tunings.Cost cost,
      String manifest,
      Map<String, Object> extra,
      long parameters) {
    return new BenchReport.Line(
        BenchReport.RETRAIN,
        floor,
        Double.NaN,
        0,
        0,
        cost.seconds(),
        0,
        0,
        parameters,
        cost.peakRssMiB(),
        List.of(manifest),
        extra);
  }

  private BenchReport.Line line(
      String method,
      MethodRuns runs,
      Figures.Reference reference,
      ScoreSet ofOriginal,
      Audits audits) {
    List<MethodRun> ofSeeds = new ArrayList<>();
    for (long seed = 1; seed <= settings.seeds(); seed++) {
      ofSeeds.add(runs.chosen(method, seed, ofOriginal.choice()));
    }
    List<Figures> figures =
        ofSeeds.stream()
            .map(run -> reference.of(new Figures.Scores(run.forget(), run.test())))
            .toList();
    MethodRun first = ofSeeds.get(0);
    return new BenchReport.Line(
        method,
        Figures.mean(figures),
        Figures.deviation(figures, Figures::residual),
        first.steps(),
        first.stepsTaken(),
        mean(ofSeeds, MethodRun::secondsTotal),
        mean(ofSeeds, MethodRun::secondsSetup),
        mean(ofSeeds, MethodRun::secondsTeachers),
        first.trainableParameters(),
        ofSeeds.stream().mapToDouble(MethodRun::peakRssMiB).max().orElseThrow(),
        MethodRuns.manifests(ofSeeds),
        audits.of(first));
  }

  private static double mean(
      List<MethodRun> runs, java.util.function.ToDoubleFunction<MethodRun> figure) {
    return runs.stream().mapToDouble(figure).average().orElseThrow();
  }

  private Map<String, Object> conditions(String baseDigest) {
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("protocol", data.protocol());
    conditions.put("data", data.source());
    conditions.put("trainRows", data.train().size());
    conditions.put("forgetRows", rows.forget().size());
    conditions.put("forgetSubjects", data.erasedSubjects().size());
    conditions.put("validRows", data.valid().size());
    conditions.put("testRows", data.test().size());
    conditions.put("base", baseDigest);
    conditions.put("epochs", settings.tuning().epochs());
    conditions.put("stepBudgets", settings.stepBudgets());
    conditions.put("seeds", settings.seeds());
    conditions.put("device", settings.engine().device());
    conditions.put("threads", settings.engine().threads());
    conditions.put("precision", settings.engine().precision());
    return conditions;
  }
}
