package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.Influence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Small requests, each from the original on: every one is retrained exactly with two seeds, met by
 * every method and measured. Every step's result is kept, so a run that was ended goes on where it
 * stood.
 */
final class SmallRequests {
  /** Rows of subjects who did not ask, at most. */
  static final int OTHERS_MAX = 500;

  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final BenchData data;
  private final List<ErasureRequest> requests;
  private final Policy policy;

  /** Null where no attack was asked for. */
  private Shadows shadows;

  private final List<Double> liraOfOriginals = new ArrayList<>();
  private final List<Double> liraOfExacts = new ArrayList<>();

  /** What one request's models answer under one seed. */
  private record Answers(
      RequestScores original, RequestModels.Retrained exact, RequestModels.Retrained otherSeed) {}

  /** What one method made of one request under one seed. */
  private record Made(
      RequestFigures figures,
      double millis,
      double gateMillis,
      List<String> tried,
      RequestRun kept) {}

  SmallRequests(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      BenchData data,
      List<ErasureRequest> requests,
      Policy policy) {
    this.console = console;
    this.settings = settings.fitting(data);
    this.folder = folder;
    this.data = data;
    this.requests = List.copyOf(requests);
    this.policy = policy;
  }

  SmallRequestsReport run() {
    RequestModels models = new RequestModels(console, settings, folder, data);
    RequestRuns runs = new RequestRuns(console, settings, folder);
    if (settings.shadows() > 0) {
      shadows =
          Shadows.ofSmallRequests(console, settings, folder, models.baseDigest(), requests, data);
    }
    // By seed, by request, and then by method.
    List<List<RequestFigures.Reference>> references = new ArrayList<>();
    List<List<List<Made>>> made = new ArrayList<>();
    for (long seed = 1; seed <= settings.seeds(); seed++) {
      List<Answers> answers = answers(models, seed);
      List<RequestFigures.Reference> ofSeed = new ArrayList<>();
      List<List<Made>> madeBySeed = new ArrayList<>();
      Path original = models.original(seed);
      try (Recommender recommender = Recommender.load(original, settings.engine())) {
        Influence.prepare(recommender, null);
        for (int request = 0; request < requests.size(); request++) {
          RequestFigures.Reference reference =
              reference(requests.get(request), answers.get(request));
          ofSeed.add(reference);
          RequestRuns.Work work = work(requests.get(request), recommender, seed);
          madeBySeed.add(met(runs, work, reference, answers.get(request)));
          attackReferences(requests.get(request), answers.get(request));
        }
      }
      references.add(ofSeed);
      made.add(madeBySeed);
    }
    return report(models, references, made);
  }

  private List<Answers> answers(RequestModels models, long seed) {
    List<Answers> answers = new ArrayList<>();
    for (ErasureRequest request : requests) {
      RequestRows rows = rows(request);
      String task = task(request);
      answers.add(
          new Answers(
              models.originalScores(rows, seed),
              models.retrained(task, rows, seed),
              models.retrained(task, rows, otherSeed(seed))));
    }
    return answers;
  }

  /** Neighbouring seeds share a retrain, so that each further seed costs one more and not two. */
  static long otherSeed(long seed) {
    return seed + BenchSettings.OTHER_SEED - BenchSettings.SEED;
  }

  private RequestRows rows(ErasureRequest request) {
    return new RequestRows(request.erased(), others(data, request.subjects()), data.test());
  }

  /** A sample of training rows of whoever did not ask, the same one but for those who did. */
  static List<BenchRow> others(BenchData data, Set<String> asking) {
    List<BenchRow> shuffled = new ArrayList<>(data.train());
    Collections.shuffle(shuffled, new Random(BenchSettings.SEED));
    List<BenchRow> others =
        shuffled.stream().filter(row -> !asking.contains(row.subject())).limit(OTHERS_MAX).toList();
    if (others.isEmpty()) {
      throw new CliException(
          "the requests leave no rows of other subjects", "give more --train-rows");
    }
    return others;
  }

  private String task(ErasureRequest request) {
    return "request " + request.number() + " of " + requests.size();
  }

  private RequestFigures.Reference reference(ErasureRequest request, Answers answers) {
    return rows(request)
        .reference(answers.original(), answers.exact().scores(), answers.otherSeed().scores());
  }

  private RequestRuns.Work work(ErasureRequest request, Recommender recommender, long seed) {
    Set<String> erased = rows(request).erasedIds();
    List<BenchRow> retain =
        data.train().stream().filter(row -> !erased.contains(row.example().id())).toList();
    return new RequestRuns.Work(
        task(request),
        recommender,
        null,
        new SavedRows(request.erased(), retain, heldOut(data)),
        rows(request),
        seed,
        false);
  }

  /** Every other validation row, as the other comparison gives its methods. */
  static List<BenchRow> heldOut(BenchData data) {
    List<BenchRow> heldOut = new ArrayList<>();
    for (int row = 0; row < data.valid().size(); row += 2) {
      heldOut.add(data.valid().get(row));
    }
    return heldOut;
  }

  private List<Made> met(
      RequestRuns runs,
      RequestRuns.Work work,
      RequestFigures.Reference reference,
      Answers answers) {
    List<Made> met = new ArrayList<>();
    for (String method : settings.methods()) {
      if (method.equals(Policy.NAME)) {
        Policy.Choice choice =
            policy.choose(name -> runs.run(name, work), () -> answers.exact().run());
        met.add(
            new Made(
                figures(work, reference, choice.kept().scores()),
                choice.millis(),
                choice.gateMillis(),
                choice.tried(),
                choice.kept()));
      } else {
        RequestRun run =
            method.equals(BenchReport.RETRAIN) ? answers.otherSeed().run() : runs.run(method, work);
        met.add(
            new Made(
                figures(work, reference, run.scores()),
                run.millis(),
                run.gateMillis(),
                List.of(),
                run));
      }
    }
    return met;
  }

  private RequestFigures figures(
      RequestRuns.Work work, RequestFigures.Reference reference, RequestScores scores) {
    RequestFigures figures = reference.of(scores);
    return shadows == null || !scores.measured().isFinite()
        ? figures
        : figures.withLira(lira(work.measured(), scores));
  }

  private double lira(RequestRows rows, RequestScores scores) {
    return shadows.attack(rows.erased(), scores.erased(), rows.test(), scores.test()).auc();
  }

  /** The attack on what the methods are held against: both sides of a good answer. */
  private void attackReferences(ErasureRequest request, Answers answers) {
    if (shadows != null) {
      liraOfOriginals.add(lira(rows(request), answers.original()));
      liraOfExacts.add(lira(rows(request), answers.exact().scores()));
    }
  }

  private SmallRequestsReport report(
      RequestModels models,
      List<List<RequestFigures.Reference>> references,
      List<List<List<Made>>> made) {
    List<SmallRequestsReport.Asked> asked = new ArrayList<>();
    for (int number = 0; number < requests.size(); number++) {
      int request = number;
      asked.add(
          new SmallRequestsReport.Asked(
              requests.get(request),
              RequestFigures.mean(references, seed -> seed.get(request).signal()),
              RequestFigures.mean(references, seed -> seed.get(request).floor())));
    }
    List<SmallRequestsReport.Line> lines = new ArrayList<>();
    for (int number = 0; number < settings.methods().size(); number++) {
      int method = number;
      List<SmallRequestsReport.Met> met = new ArrayList<>();
      for (int request = 0; request < requests.size(); request++) {
        int at = request;
        met.add(overSeeds(made.stream().map(seed -> seed.get(at).get(method)).toList()));
      }
      lines.add(new SmallRequestsReport.Line(settings.methods().get(method), met));
    }
    return new SmallRequestsReport(
        asked,
        lines,
        RequestFigures.mean(references, seed -> seed.get(0).originalAuc()),
        new SmallRequestsReport.Attacked(
            SmallRequestsReport.mean(liraOfOriginals), SmallRequestsReport.mean(liraOfExacts)),
        conditions(settings, data, models.baseDigest(), requests.size()));
  }

  private static SmallRequestsReport.Met overSeeds(List<Made> seeds) {
    return new SmallRequestsReport.Met(
        RequestFigures.mean(seeds.stream().map(Made::figures).toList()),
        seeds.stream().map(Made::millis).toList(),
        seeds.stream().map(Made::tried).filter(tried -> !tried.isEmpty()).toList(),
        RequestFigures.mean(seeds, Made::gateMillis),
        seeds.stream()
            .map(Made::kept)
            .filter(run -> !run.gatePassed())
            .map(RequestRun::gate)
            .distinct()
            .toList(),
        seeds.stream().map(made -> made.kept().probes()).filter(Objects::nonNull).toList());
  }

  static Map<String, Object> conditions(
      BenchSettings settings, BenchData data, String baseDigest, int requests) {
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("protocol", data.protocol());
    conditions.put("data", data.source());
    conditions.put("trainRows", data.train().size());
    conditions.put(
        "trainSubjects", data.train().stream().map(BenchRow::subject).distinct().count());
    conditions.put("validRows", data.valid().size());
    conditions.put("testRows", data.test().size());
    conditions.put("requests", requests);
    conditions.put("base", baseDigest);
    conditions.put("epochs", settings.tuning().epochs());
    conditions.put("promptStrategy", settings.tuning().promptStrategy().id());
    conditions.put("stepBudgets", settings.stepBudgets());
    conditions.put("seeds", settings.seeds());
    conditions.put("device", settings.engine().device());
    conditions.put("threads", settings.engine().threads());
    conditions.put("precision", settings.engine().precision());
    return conditions;
  }
}
