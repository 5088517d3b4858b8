package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.GateVerdict;
import io.lethe.engine.Gates;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.BenchInputs;
import io.lethe.engine.method.MethodOutcome;
import io.lethe.engine.method.MethodRunner;
import io.lethe.engine.method.MethodSettings;
import io.lethe.engine.method.Methods;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs methods on requests, each once, on the clock until what they made is on disk. */
final class RequestRuns {
  /** A method quicker than this is run once more where it runs for the first time. */
  private static final double WARM_UP_MILLIS_MAX = 2000;

  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final Set<String> warm = new HashSet<>();

  /**
   * One piece of forgetting.
   *
   * @param task for people
   * @param recommender to forget from
   * @param parent adapter to continue, or null
   * @param rows that are forgotten and kept
   * @param measured rows that are scored afterwards
   * @param seed of the tuning, of adapter start and of batches
   * @param keepAdapter whether the adapter stays in the folder, for a request that follows
   */
  record Work(
      String task,
      Recommender recommender,
      Adapter parent,
      SavedRows rows,
      RequestRows measured,
      long seed,
      boolean keepAdapter) {}

  RequestRuns(Console console, BenchSettings settings, BenchFolder folder) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
  }

  /** One run of a method, read where it was made before. */
  RequestRun run(String method, Work work) {
    MethodSettings methodSettings = settingsOf(method);
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("method", method);
    key.put("recommender", work.recommender().digest());
    key.put("parent", work.parent() == null ? null : work.parent().id());
    key.put("rows", work.rows().digests());
    key.put("measured", work.measured().digests());
    key.put("tuning", settings.tuning());
    key.put("unlearning", settings.unlearning());
    key.put("settings", methodSettings);
    key.put("precision", settings.engine().precision());
    key.put("threads", settings.engine().threads());
    key.put("device", settings.engine().device());
    key.put("seed", work.seed());
    key.put("keepAdapter", work.keepAdapter());
    key.put("probes", settings.probes());
    return folder
        .stages()
        .once(
            "request-" + method.replace(':', '-'),
            key,
            RequestRun.class,
            () -> warmedUp(method, work));
  }

  private MethodSettings settingsOf(String method) {
    MethodChoice choice = MethodChoice.of(method);
    return Methods.kind(choice.name()) == Methods.Kind.RETRAINING
        ? choice.settings()
        : choice.settings().withSteps(settings.stepBudgets().get(0));
  }

  /**
   * A worker has met requests before, so the first run of a process, which loads and compiles, says
   * nothing of a method that takes milliseconds.
   */
  private RequestRun warmedUp(String method, Work work) {
    RequestRun run = compute(method, work);
    return warm.add(method) && run.millis() < WARM_UP_MILLIS_MAX ? compute(method, work) : run;
  }

  private RequestRun compute(String method, Work work) {
    String name = MethodChoice.of(method).name();
    MethodInputs inputs =
        new MethodInputs(
            name,
            work.rows(),
            settings.base(),
            settings.tuning(),
            work.seed(),
            settings.unlearning(),
            settingsOf(method),
            settings.engine(),
            folder.work(),
            work.seed());
    try (PhaseDisplay display = new PhaseDisplay(console, work.task() + ", " + method)) {
      BenchInputs engineInputs = inputs.engineInputs(work.recommender(), display);
      try (MethodOutcome outcome = MethodRunner.run(name, engineInputs, work.parent())) {
        double millis = outcome.secondsTotal() * 1000 + millisToStore(outcome.candidate());
        RequestScores scores = work.measured().score(outcome.unlearned()::score, display);
        return judged(method, work, engineInputs, outcome.candidate(), scores, millis);
      }
    }
  }

  /** Writes the candidate as a worker does before it is announced; the folder goes again. */
  private double millisToStore(Candidate candidate) {
    if (candidate == null) {
      return 0;
    }
    Path scratch = folder.work().resolve("durable");
    Tunings.remove(scratch);
    long begin = System.nanoTime();
    new AdapterStore(scratch).put(candidate);
    double millis = (System.nanoTime() - begin) / 1e6;
    Tunings.remove(scratch);
    return millis;
  }

  private RequestProbes.Residuals probes(Work work, Candidate candidate) {
    if (!settings.probes()) {
      return null;
    }
    try (PhaseDisplay display = new PhaseDisplay(console, work.task() + ", probes")) {
      return new RequestProbes(
              work.recommender(),
              BenchData.examples(work.rows().forget()),
              BenchData.examples(work.measured().others()))
          .of(candidate, display);
    }
  }

  private RequestRun judged(
      String method,
      Work work,
      BenchInputs inputs,
      Candidate candidate,
      RequestScores scores,
      double millis) {
    if (candidate == null) {
      return new RequestRun(method, scores, millis, true, "none", 0, null, null);
    }
    long begin = System.nanoTime();
    List<GateVerdict> verdicts = Gates.evaluate(inputs.job(work.parent()), candidate);
    double gateMillis = (System.nanoTime() - begin) / 1e6;
    GateVerdict last = verdicts.get(verdicts.size() - 1);
    String adapterId =
        work.keepAdapter() ? new AdapterStore(folder.adapters()).put(candidate).id() : null;
    return new RequestRun(
        method,
        scores,
        millis,
        last.passed(),
        last.gate(),
        gateMillis,
        adapterId,
        probes(work, candidate));
  }
}
