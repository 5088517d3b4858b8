package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.dev.DirectoryLock;
import io.lethe.cli.train.DeviceOption;
import io.lethe.cli.train.PromptStrategyOption;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.Methods;
import io.lethe.engine.model.ReadStates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares methods on requests of a few people each, beside an exact retrain of every request. */
@Command(
    name = "small-requests",
    description = {
      "Compare unlearning methods on many small erasure requests, each beside exact retrains.",
      "Every finished step is kept in the folder given with --out: a run that was ended goes on",
      "there, and another run on the same data reuses what it can."
    })
public final class SmallRequestsCommand implements Callable<Integer> {
  private static final List<String> DEFAULT_METHODS =
      List.of(
          "influence",
          "optimum",
          "e2urec",
          "e2urec-published",
          "undial",
          "neggrad",
          BenchReport.RETRAIN,
          Policy.NAME);

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = {
        "ml-1m-window, movietweetings, import or made-up (default: what --data looks like; made-up",
        "without --data)."
      })
  private String protocol;

  @Option(names = "--data", paramLabel = "FILE", description = "Data of the protocol, as in bench.")
  private Path data;

  @Option(
      names = "--titles",
      paramLabel = "FOLDER",
      description = "MovieLens release with the titles of ml-1m-window, as in bench.")
  private Path titles;

  @Option(
      names = "--train-rows",
      paramLabel = "N",
      defaultValue = "3000",
      description = "Training rows at most, whole accounts (${DEFAULT-VALUE}; 0: all).")
  private int trainRows;

  @Option(
      names = "--subject-rows-max",
      paramLabel = "N",
      description = "Training rows of one account at most, its first ones (default: no limit).")
  private Integer subjectRowsMax;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "12",
      description = "Requests, of 1, 2, 4 and 8 accounts in turn (${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Tunings of the original and of every retrain, seeds from 1 on (${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Methods, parted by commas; policy tries the quickest first (default: influence where the",
        "engine has it, e2urec, e2urec-published, undial, neggrad, retrain and policy). A method's",
        "own number follows after a colon: apa:shards=16."
      })
  private List<String> methods;

  @Option(
      names = "--probes",
      description = {
        "Disturb every adapter that moved what tuning moved (int8, relearning on others' rows) and",
        "measure its residual again."
      })
  private boolean probes;

  @Option(
      names = "--shadows",
      paramLabel = "N",
      defaultValue = "8",
      description = {
        "Shadow models of the likelihood-ratio attack, an even number, shared by all requests; each",
        "takes a tuning (${DEFAULT-VALUE}; 0: no attack). None with --sequence."
      })
  private int shadows;

  @Option(
      names = "--sequence",
      description = "Meet the requests one after another, each on what the one before released.")
  private boolean sequence;

  @Option(
      names = "--ways",
      paramLabel = "WAY",
      split = ",",
      defaultValue = "continue",
      description = {
        "With --sequence: continue what was released last, restart from the original with all rows",
        "erased so far, or stack what each request changed by itself (${DEFAULT-VALUE}). policy and",
        "retrain only continue."
      })
  private List<SequenceWay> ways;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps that each method may take (${DEFAULT-VALUE}).")
  private int steps;

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
      names = "--data-seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Chooses accounts, rows and requests (${DEFAULT-VALUE}).")
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
  @Mixin private PromptStrategyOption promptStrategy;

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

  public SmallRequestsCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    BenchSettings settings = settings();
    requireUsage(settings.methods());
    Instant began = clock.instant();
    BenchData rows = rows();
    List<ErasureRequest> drawn = new RequestDraw(rows.train(), sequence, dataSeed).draw(requests);
    BenchFolder folder = new BenchFolder(out);
    BenchCommand.createFolder(folder);
    Logs.toFile(folder.root().resolve("bench.log"));
    console.notice(
        rows.protocol()
            + ": "
            + rows.train().size()
            + " training rows, "
            + requests
            + " requests"
            + (sequence ? " one after another" : "")
            + ". Steps are kept in "
            + folder.root()
            + ".");
    try (DirectoryLock lock = DirectoryLock.acquire(folder.root(), "--out")) {
      // What a killed run was in the middle of is of no use to anybody.
      Tunings.remove(folder.work());
      if (sequence) {
        SequenceReport report =
            new RequestSequence(console, settings, folder, rows, drawn, Policy.standard(), ways)
                .run();
        write(folder, report.json(), report.markdown(), began);
      } else {
        SmallRequestsReport report =
            new SmallRequests(console, settings, folder, rows, drawn, Policy.standard()).run();
        write(folder, report.json(), report.markdown(), began);
      }
    }
    return ExitCode.OK;
  }

  private void write(
      BenchFolder folder, Map<String, Object> figures, String markdown, Instant began) {
    Map<String, Object> json = new LinkedHashMap<>(figures);
    json.put("secondsOfThisRun", Duration.between(began, clock.instant()).toMillis() / 1000.0);
    json.put("folder", folder.root().toString());
    String name = sequence ? "small-requests-sequence" : "small-requests";
    Stages.writePretty(folder.root().resolve(name + ".json"), json);
    Stages.write(folder.root().resolve(name + ".md"), markdown.getBytes(StandardCharsets.UTF_8));
    console.result(json, markdown);
  }

  private BenchData rows() {
    Protocol of = protocol == null ? Protocol.of(data) : Protocol.named(protocol);
    BenchData read = of.read(data, titles, dataSeed);
    return (subjectRowsMax == null ? read : read.withSubjectRowsMax(subjectRowsMax))
        .sized(trainRows, 0, validRows, testRows, dataSeed);
  }

  private void requireUsage(List<String> named) {
    named.stream().filter(method -> !method.equals(Policy.NAME)).forEach(MethodChoice::of);
    requireUsage(
        !sequence || named.stream().allMatch(SmallRequestsCommand::continues),
        "--sequence has no line of adapters for a method that trains shards",
        "leave out sisa, receraser and apa");
    requireUsage(requests >= 1, "--requests is below 1", "give for example 12");
    requireUsage(seeds >= 1, "--seeds is below 1", "give for example 1");
    requireUsage(
        shadows >= 0 && shadows % 2 == 0, "--shadows is odd or below 0", "give for example 8");
    requireUsage(steps >= 1, "--steps is below 1", "give for example 100");
    requireUsage(
        subjectRowsMax == null || subjectRowsMax >= RequestDraw.SUBJECT_ROWS_MIN,
        "--subject-rows-max is below " + RequestDraw.SUBJECT_ROWS_MIN,
        "give for example 30, or leave it out for no limit");
    requireUsage(
        trainRows >= 0 && validRows >= 0 && testRows >= 0,
        "a number of rows is below 0",
        "give 0 for all");
  }

  private static boolean continues(String method) {
    return method.equals(Policy.NAME)
        || method.equals(BenchReport.RETRAIN)
        || Methods.kind(MethodChoice.of(method).name()) == Methods.Kind.ADAPTER;
  }

  private static void requireUsage(boolean met, String problem, String remedy) {
    if (!met) {
      throw new CliException(problem, remedy, ExitCode.USAGE, null);
    }
  }

  private List<String> methods() {
    return methods != null
        ? methods
        : DEFAULT_METHODS.stream()
            .filter(
                Stream.concat(Methods.names().stream(), Stream.of(Policy.NAME)).toList()::contains)
            .toList();
  }

  private BenchSettings settings() {
    TuneSettings tuning = TuneSettings.steady().withPromptStrategy(promptStrategy.strategy());
    return new BenchSettings(
        methods(),
        List.of(steps),
        seeds,
        sequence ? 0 : shadows,
        probes,
        base == null ? RecommenderTraining.defaultBase() : base,
        epochs == null ? tuning : tuning.withEpochs(epochs),
        UnlearningSettings.defaults(),
        device.on(
            EngineSettings.defaults()
                .withReadStates(new ReadStates(BenchCommand.READ_PROMPTS_MAX))
                .withThreads(
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads)));
  }
}
