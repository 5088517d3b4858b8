package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.dev.DirectoryLock;
import io.lethe.cli.train.DeviceOption;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.Methods;
import io.lethe.engine.model.ReadStates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares unlearning methods beside exact retrains. */
@Command(
    name = "bench",
    description = {
      "Compare unlearning methods on one erasure request, beside exact retrains.",
      "Every finished step is kept in the folder given with --out: a run that was ended goes on",
      "there, and another run on the same data reuses what it can."
    })
public final class BenchCommand implements Callable<Integer> {
  /** Prompts of all recommenders together that are read once; 20 KiB of heap each. */
  public static final int READ_PROMPTS_MAX = 12_000;

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "made-up",
      description = {
        "ml-1m-window, movietweetings, import (any data set that import reads) or made-up",
        "(${DEFAULT-VALUE})."
      })
  private String protocol;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "Data of the protocol. Left out, its own file is looked for in data and ../shared/data",
        "of the working directory."
      })
  private Path data;

  @Option(
      names = "--titles",
      paramLabel = "FOLDER",
      description = {
        "MovieLens release (folder or .tar.xz) with the titles of ml-1m-window; left out: ml-1m",
        "or ml-1m.tar.xz beside the data."
      })
  private Path titles;

  @Option(
      names = "--train-rows",
      paramLabel = "N",
      description = "Training rows at most, whole accounts; the erased keep their share (0: all).")
  private int trainRows;

  @Option(
      names = "--forget-users",
      paramLabel = "N",
      description = "Accounts to forget at most (0: all of the protocol's).")
  private int forgetUsers;

  @Option(
      names = "--valid-rows",
      paramLabel = "N",
      defaultValue = "600",
      description = "Validation rows at most (${DEFAULT-VALUE}; 0: all).")
  private int validRows;

  @Option(
      names = "--test-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Test rows at most (${DEFAULT-VALUE}; 0: all).")
  private int testRows;

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "e2urec,retrain",
      description = "Methods, parted by commas, or all (${DEFAULT-VALUE}).")
  private List<String> methods;

  @Option(
      names = "--steps",
      paramLabel = "N",
      split = ",",
      defaultValue = "100",
      description = {
        "Steps that each method may take (${DEFAULT-VALUE}). Of several, parted by commas, each",
        "method's best on validation rows is reported."
      })
  private List<Integer> steps;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs of each method, with seeds from 1 on (${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--probes",
      description = {
        "Disturb every candidate (int8, other wordings, relearning) and measure its residual again."
      })
  private boolean probes;

  @Option(
      names = "--shadows",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Shadow models of the likelihood-ratio attack, an even number; each takes a tuning",
        "(${DEFAULT-VALUE}: left out)."
      })
  private int shadows;

  @Option(
      names = "--data-seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Chooses accounts and rows (${DEFAULT-VALUE}).")
  private long dataSeed;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of tuning over the training rows (default: the engine's).")
  private Integer epochs;

  @Option(
      names = "--base",
      paramLabel = "FOLDER",
      description = "Hugging Face folder to tune (default: the encoder that comes with Lethe).")
  private Path base;

  @Mixin private DeviceOption device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      defaultValue = "f32",
      description = {
        "f32, bf16, or fastest: bf16 where the processor has it, about twice as fast and less",
        "exact (${DEFAULT-VALUE})."
      })
  private String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the numeric library (default: one a processor).")
  private Integer threads;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/bench",
      description = "Folder of results and of finished steps (${DEFAULT-VALUE}).")
  private Path out;

  public BenchCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    requireUsage();
    BenchSettings settings = settings();
    Instant began = clock.instant();
    BenchData rows =
        Protocol.named(protocol)
            .read(data, titles, dataSeed)
            .sized(trainRows, forgetUsers, validRows, testRows, dataSeed);
    BenchFolder folder = new BenchFolder(out);
    createFolder(folder);
    Logs.toFile(folder.root().resolve("bench.log"));
    console.notice(
        protocol
            + ": "
            + rows.train().size()
            + " training rows, "
            + rows.forget().size()
            + " of them of "
            + rows.erasedSubjects().size()
            + " subjects to forget; "
            + rows.test().size()
            + " test rows. Steps are kept in "
            + folder.root()
            + ".");
    BenchReport report;
    try (DirectoryLock lock = DirectoryLock.acquire(folder.root(), "--out")) {
      // What a killed run was in the middle of is of no use to anybody.
      Tunings.remove(folder.work());
      report = new Bench(console, settings, rows, folder).run();
    }
    Map<String, Object> json = new LinkedHashMap<>(report.json());
    json.put("secondsOfThisRun", Duration.between(began, clock.instant()).toMillis() / 1000.0);
    json.put("folder", folder.root().toString());
    Stages.writePretty(folder.results(), json);
    Stages.write(folder.table(), report.markdown().getBytes(StandardCharsets.UTF_8));
    BenchPlots.write(report, folder.root());
    console.result(json, report.markdown());
    return ExitCode.OK;
  }

  private void requireUsage() {
    if (methods.equals(List.of("all"))) {
      methods = Methods.names();
    }
    methods.forEach(Methods::kind);
    requireUsage(seeds >= 1, "--seeds is below 1", "give for example 1");
    requireUsage(
        steps.stream().allMatch(step -> step >= 1), "--steps is below 1", "give for example 100");
    requireUsage(
        shadows >= 0 && shadows % 2 == 0, "--shadows is odd or below 0", "give for example 8");
    requireUsage(
        trainRows >= 0 && forgetUsers >= 0 && validRows >= 0 && testRows >= 0,
        "a number of rows or accounts is below 0",
        "give 0 for all");
  }

  private static void requireUsage(boolean met, String problem, String remedy) {
    if (!met) {
      throw new CliException(problem, remedy, ExitCode.USAGE, null);
    }
  }

  static void createFolder(BenchFolder folder) {
    try {
      Files.createDirectories(folder.root());
    } catch (IOException failure) {
      throw new CliException(
          folder.root() + " cannot be made (" + failure.getMessage() + ")",
          "choose another --out",
          failure);
    }
  }

  private BenchSettings settings() {
    TuneSettings tuning = TuneSettings.steady();
    EngineSettings engine =
        device.on(
            EngineSettings.defaults()
                .withReadStates(new ReadStates(READ_PROMPTS_MAX))
                .withThreads(threads == null ? Runtime.getRuntime().availableProcessors() : threads)
                .withPrecision(
                    precision.equals("fastest") ? EngineSettings.fastestPrecision() : precision));
    return new BenchSettings(
        methods,
        steps,
        seeds,
        shadows,
        probes,
        base == null ? RecommenderTraining.defaultBase() : base,
        epochs == null ? tuning : tuning.withEpochs(epochs),
        UnlearningSettings.defaults(),
        engine);
  }
}
