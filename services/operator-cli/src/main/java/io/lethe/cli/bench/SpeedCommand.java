package io.lethe.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.dev.DirectoryLock;
import io.lethe.cli.train.DeviceOption;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.Recommender;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.model.StepRate;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times one unlearning job against a program of the published shape, in one run. */
@Command(
    name = "speed",
    description = {
      "Time the E2URec job against a rival program, in turn on the same rows and threads.",
      "The rival that comes with Lethe has the published shape and needs Python with torch,",
      "transformers and peft."
    })
public final class SpeedCommand implements Callable<Integer> {
  private static final int HELD_OUT_MAX = 256;

  private final Console console;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "made-up",
      description = "Where rows come from, as in bench (${DEFAULT-VALUE}).")
  private String protocol;

  @Option(names = "--data", paramLabel = "FILE", description = "Data of the protocol, as in bench.")
  private Path data;

  @Option(
      names = "--train-rows",
      paramLabel = "N",
      defaultValue = "600",
      description = "Training rows at most, whole accounts (${DEFAULT-VALUE}).")
  private int trainRows;

  @Option(
      names = "--forget-users",
      paramLabel = "N",
      description = "Accounts to forget at most (0: all of the protocol's).")
  private int forgetUsers;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "40",
      description = "Steps of the student (${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds, each of one job and one rival run (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--rival",
      paramLabel = "COMMAND",
      description = {
        "The rival's command; two files are added to it, the job and the result. For example",
        "\"python3 services/operator-cli/src/bench/upstream_shape.py\". Without it the job is",
        "timed alone."
      })
  private String rival;

  @Mixin private DeviceOption device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of both (default: one a processor).")
  private Integer threads;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/bench",
      description = "Folder of results and of tuned recommenders (${DEFAULT-VALUE}).")
  private Path out;

  public SpeedCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (steps < 1 || rounds < 1) {
      throw new CliException(
          "--steps or --rounds is below 1", "give for example 40 and 3", ExitCode.USAGE, null);
    }
    BenchFolder folder = new BenchFolder(out);
    BenchCommand.createFolder(folder);
    Logs.toFile(folder.root().resolve("bench.log"));
    try (DirectoryLock lock = DirectoryLock.acquire(folder.root(), "--out")) {
      compare(folder);
    }
    return ExitCode.OK;
  }

  private void compare(BenchFolder folder) {
    BenchData rows =
        Protocol.named(protocol)
            .read(data, null, BenchSettings.SEED)
            .sized(trainRows, forgetUsers, HELD_OUT_MAX, 1, BenchSettings.SEED);
    EngineSettings engine =
        device.on(
            EngineSettings.defaults()
                .withThreads(
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads));
    Tunings.Tuned original = tuned(folder, engine, rows, false);
    float[] exact = forgetScores(engine, tuned(folder, engine, rows, true), rows);
    float[] before = forgetScores(engine, original, rows);
    SpeedJob job = new SpeedJob(rows, steps, engine, original.folder());
    RivalProgram program = rival == null ? null : rivalProgram(folder, engine);
    if (program != null) {
      program.prepare(job.forRival());
    }
    SpeedTimes times = new SpeedTimes();
    float[] rivalScores = null;
    float[] gatedScores = null;
    try (Recommender recommender = Recommender.load(original.folder(), engine)) {
      for (int round = 1; round <= rounds; round++) {
        times.add("job", job.run(recommender, true).seconds());
        if (program != null) {
          JsonNode answer = program.run();
          times.add("rival", answer.required("seconds").asDouble());
          rivalScores = RivalProgram.scores(answer);
        }
        SpeedJob.Outcome gated = job.run(recommender, false);
        times.add("jobToGate", gated.seconds());
        gatedScores = gated.forgetScores();
        console.notice("round " + round + " of " + rounds + ": " + times.latest());
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("steps", steps);
      json.put("threads", engine.threads());
      json.put("device", recommender.model().device());
      json.put("trainRows", rows.train().size());
      json.put("forgetRows", rows.forget().size());
      json.put("jobSeconds", times.median("job"));
      json.put("jobToGateSeconds", times.median("jobToGate"));
      json.put("gateResidual", Metrics.residual(gatedScores, exact, before));
      if (program != null) {
        json.put("rivalSeconds", times.median("rival"));
        json.put("timesAsFast", times.medianRatio("rival", "job"));
        json.put("timesAsFastToGate", times.medianRatio("rival", "jobToGate"));
        json.put("rivalResidual", Metrics.residual(rivalScores, exact, before));
      }
      json.putAll(StepRate.measure(recommender, BenchData.examples(rows.train())));
      Stages.writePretty(folder.root().resolve("speed.json"), json);
      console.result(json, table(json));
    }
  }

  private RivalProgram rivalProgram(BenchFolder folder, EngineSettings engine) {
    return new RivalProgram(
        List.of(rival.trim().split("\\s+")), folder.root().resolve("speed"), engine.threads());
  }

  private Tunings.Tuned tuned(
      BenchFolder folder, EngineSettings engine, BenchData rows, boolean exact) {
    List<Example> train = BenchData.examples(rows.train());
    Set<String> erased =
        exact ? rows.forget().stream().map(Example::id).collect(Collectors.toSet()) : Set.of();
    Path base = RecommenderTraining.defaultBase();
    String baseDigest;
    try (Recommender loaded = Recommender.load(base, engine)) {
      baseDigest = loaded.digest();
    }
    return new Tunings(
            console,
            folder.recommenders(),
            engine,
            base,
            baseDigest,
            TuneSettings.defaults().withLikedAbove(rows.likedAbove()))
        .tuned(
            exact ? "exact retrain" : "original",
            train,
            Stages.digest(train.toString()),
            erased,
            BenchSettings.SEED);
  }

  private static float[] forgetScores(EngineSettings engine, Tunings.Tuned tuned, BenchData rows) {
    try (Recommender model = Recommender.load(tuned.folder(), engine)) {
      return model.score(rows.forget().stream().map(Example::prompt).toList(), null);
    }
  }

  private static String table(Map<String, Object> json) {
    StringBuilder text = new StringBuilder();
    json.forEach(
        (name, value) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    value instanceof Double ? "%-24s %.3f%n" : "%-24s %s%n",
                    name,
                    value)));
    return text.toString();
  }
}
