package io.lethe.cli.bench;

import io.lethe.cli.Console;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Requests that follow one another: every method continues what it released for the request before,
 * and is measured, now and then, against a recommender tuned without any of the rows that have been
 * erased so far.
 */
final class RequestSequence {
  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final BenchData data;
  private final List<ErasureRequest> requests;
  private final Policy policy;
  private final List<Course> courses;
  private final RequestModels models;
  private final RequestRuns runs;
  private final List<BenchRow> others;

  /** A line of the report. */
  private record Course(String method, SequenceWay way) {}

  /** Figures of a checkpoint by request, and what every request took, of one seed. */
  private record Walk(
      TreeMap<Integer, SequenceFigures> checkpoints,
      List<Double> millis,
      List<List<String>> tried) {}

  RequestSequence(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      BenchData data,
      List<ErasureRequest> requests,
      Policy policy,
      List<SequenceWay> ways) {
    this.console = console;
    this.settings = settings.fitting(data);
    this.folder = folder;
    this.data = data;
    this.requests = List.copyOf(requests);
    this.policy = policy;
    this.courses =
        settings.methods().stream()
            .flatMap(
                method ->
                    ways.stream()
                        .filter(way -> way == SequenceWay.CONTINUE || isSingle(method))
                        .map(way -> new Course(method, way)))
            .toList();
    this.models = new RequestModels(console, this.settings, folder, data);
    this.runs = new RequestRuns(console, this.settings, folder);
    Set<String> asking = new HashSet<>();
    requests.forEach(request -> asking.addAll(request.subjects()));
    this.others = SmallRequests.others(data, asking);
  }

  SequenceReport run() {
    List<List<Walk>> walks = new ArrayList<>();
    double auc = 0;
    for (long seed = 1; seed <= settings.seeds(); seed++) {
      TreeMap<Integer, RequestFigures.Reference> references = references(seed);
      auc += references.get(requests.size()).originalAuc() / settings.seeds();
      List<Walk> ofSeed = new ArrayList<>();
      for (Course course : courses) {
        ofSeed.add(
            course.method().equals(BenchReport.RETRAIN)
                ? retrains(references, seed)
                : walk(course, references, seed));
      }
      walks.add(ofSeed);
    }
    List<SequenceReport.Line> lines = new ArrayList<>();
    for (int number = 0; number < courses.size(); number++) {
      int course = number;
      lines.add(
          line(
              courses.get(course).way().of(courses.get(course).method()),
              walks.stream().map(seed -> seed.get(course)).toList()));
    }
    return new SequenceReport(
        requests,
        lines,
        auc,
        SmallRequests.conditions(settings, data, models.baseDigest(), requests.size()));
  }

  /** What every checkpoint is measured against, before any line is walked. */
  private TreeMap<Integer, RequestFigures.Reference> references(long seed) {
    TreeMap<Integer, RequestFigures.Reference> references = new TreeMap<>();
    for (int number = 1; number <= requests.size(); number++) {
      if (isCheckpoint(number)) {
        RequestRows rows = rows(number);
        references.put(
            number,
            rows.reference(
                models.originalScores(rows, seed),
                models.retrained(task(number), rows, seed).scores(),
                models.retrained(task(number), rows, SmallRequests.otherSeed(seed)).scores()));
      }
    }
    return references;
  }

  /** Whether it is one method, and no choice among several nor a retrain. */
  private static boolean isSingle(String method) {
    return !method.equals(Policy.NAME) && !method.equals(BenchReport.RETRAIN);
  }

  private boolean isCheckpoint(int number) {
    return SequenceFigures.isCheckpoint(number, requests.size());
  }

  private String task(int number) {
    return "request " + number + " of " + requests.size();
  }

  /** Rows that are scored after a request: all that was erased so far at checkpoints. */
  private RequestRows rows(int number) {
    return isCheckpoint(number)
        ? new RequestRows(erasedUntil(number), others, data.test())
        : new RequestRows(requests.get(number - 1).erased(), List.of(), List.of());
  }

  private List<BenchRow> erasedUntil(int number) {
    return requests.subList(0, number).stream()
        .flatMap(request -> request.erased().stream())
        .toList();
  }

  private Walk walk(
      Course course, TreeMap<Integer, RequestFigures.Reference> references, long seed) {
    Walk walk = new Walk(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    try (SequenceLine line =
        new SequenceLine(models.original(seed), settings.engine(), folder.adapters())) {
      for (int number = 1; number <= requests.size(); number++) {
        RequestScores scores =
            course.way() == SequenceWay.CONTINUE
                ? met(course.method(), line, number, seed, walk)
                : metAlone(course, line, number, seed, walk);
        if (isCheckpoint(number)) {
          walk.checkpoints().put(number, figures(references.get(number), scores, number));
        }
      }
    }
    return walk;
  }

  private SequenceFigures figures(
      RequestFigures.Reference reference, RequestScores scores, int number) {
    return SequenceFigures.of(
        reference,
        scores,
        requests.subList(0, number).stream().map(request -> request.erased().size()).toList());
  }

  /** Meets a request, releases what was made and gives what it answers. */
  private RequestScores met(String method, SequenceLine line, int number, long seed, Walk walk) {
    RequestRuns.Work work = work(line, number, seed);
    RequestRun kept;
    if (method.equals(Policy.NAME)) {
      Policy.Choice choice =
          policy.choose(name -> runs.run(name, work), () -> retrained(line, number, seed));
      walk.millis().add(choice.millis());
      walk.tried().add(choice.tried());
      kept = choice.kept();
    } else {
      kept = runs.run(method, work);
      walk.millis().add(kept.millis());
    }
    if (kept.adapterId() != null) {
      line.release(kept.adapterId());
    }
    return kept.scores();
  }

  /** Meets a request, or all so far at once, from the original, whatever was made before. */
  private RequestScores metAlone(
      Course course, SequenceLine line, int number, long seed, Walk walk) {
    RequestRuns.Work work = work(line, number, seed);
    List<BenchRow> forgotten =
        course.way() == SequenceWay.RESTART ? erasedUntil(number) : work.rows().forget();
    RequestRun made =
        runs.run(
            course.method(),
            new RequestRuns.Work(
                work.task() + ", " + course.way().of(course.method()),
                work.recommender(),
                null,
                new SavedRows(forgotten, work.rows().retain(), work.rows().heldOut()),
                work.measured(),
                seed,
                true));
    walk.millis().add(made.millis());
    if (course.way() == SequenceWay.RESTART) {
      return made.scores();
    }
    line.stack(made.adapterId());
    if (!isCheckpoint(number)) {
      return made.scores();
    }
    try (PhaseDisplay display = new PhaseDisplay(console, task(number))) {
      return work.measured().score(line::scoreStack, display);
    }
  }

  private RequestRuns.Work work(SequenceLine line, int number, long seed) {
    Set<String> erased = new HashSet<>();
    erasedUntil(number).forEach(row -> erased.add(row.example().id()));
    List<BenchRow> retain =
        data.train().stream().filter(row -> !erased.contains(row.example().id())).toList();
    return new RequestRuns.Work(
        task(number),
        line.recommender(),
        line.released(),
        new SavedRows(requests.get(number - 1).erased(), retain, SmallRequests.heldOut(data)),
        rows(number),
        seed,
        true);
  }

  /** Tunes again without all that was erased so far and goes on from there. */
  private RequestRun retrained(SequenceLine line, int number, long seed) {
    RequestRows rows = rows(number);
    Set<String> erased = new HashSet<>();
    erasedUntil(number).forEach(row -> erased.add(row.example().id()));
    Tunings.Tuned tuned = models.tuned(task(number) + ", exact retrain", erased, seed);
    line.release(tuned.folder());
    try (PhaseDisplay display = new PhaseDisplay(console, task(number))) {
      RequestScores scores =
          rows.score(prompts -> line.recommender().score(prompts, null), display);
      return new RequestModels.Retrained(scores, tuned.cost().seconds()).run();
    }
  }

  /** The retrains with another seed, which are there at checkpoints alone. */
  private Walk retrains(TreeMap<Integer, RequestFigures.Reference> references, long seed) {
    Walk walk = new Walk(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    references.forEach(
        (number, reference) -> {
          RequestModels.Retrained other =
              models.retrained(task(number), rows(number), SmallRequests.otherSeed(seed));
          walk.millis().add(other.run().millis());
          walk.checkpoints().put(number, figures(reference, other.scores(), number));
        });
    return walk;
  }

  private static SequenceReport.Line line(String method, List<Walk> seeds) {
    List<SequenceFigures> checkpoints = new ArrayList<>();
    for (int number : seeds.get(0).checkpoints().keySet()) {
      checkpoints.add(
          SequenceFigures.mean(
              seeds.stream().map(seed -> seed.checkpoints().get(number)).toList()));
    }
    List<Double> millis = new ArrayList<>();
    for (int request = 0; request < seeds.get(0).millis().size(); request++) {
      int at = request;
      millis.add(RequestFigures.mean(seeds, seed -> seed.millis().get(at)));
    }
    return new SequenceReport.Line(method, checkpoints, millis, seeds.get(0).tried());
  }
}
