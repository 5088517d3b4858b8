package io.lethe.cli.train;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetOptions;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.suppression.SuppressionSet;
import io.lethe.cli.suppression.TrainingGuard;
import io.lethe.cli.suppression.UnreadableOption;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Metrics;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.TuneSettings;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tunes the recommender that the stack serves. */
@Command(
    name = "train",
    description = {
      "Tune a recommender on a data set and make it the one that start-dev serves.",
      "The same data, rule, settings, seed and base are tuned only once.",
      "Rows that were erased are left out: run it while the stack of the data directory runs."
    })
public final class TrainCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Mixin private DatasetOptions data;
  @Mixin private DataDirectoryOption dataDirectory;
  @Mixin private DeviceOption device;
  @Mixin private UnreadableOption unreadable;
  @Mixin private PromptStrategyOption promptStrategy;

  @Option(
      names = "--history-max",
      paramLabel = "N",
      defaultValue = "" + SampleRule.HISTORY_MAX_DEFAULT,
      description = {
        "Earlier interactions that a prompt is made from, the latest ones; what shows fewer of them",
        "than there are chooses from these (${DEFAULT-VALUE})."
      })
  private int historyMax;

  @Option(
      names = "--base",
      paramLabel = "FOLDER",
      description = "Hugging Face folder to tune (default: the encoder that comes with Lethe).")
  private Path base;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples (default: the engine's).")
  private Integer epochs;

  @Option(
      names = "--train-share",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description = "Share of the interactions, oldest first, to train on (${DEFAULT-VALUE}).")
  private double trainShare;

  @Option(
      names = "--train-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of weights and batches (${DEFAULT-VALUE}).")
  private long trainSeed;

  public TrainCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (!(trainShare > 0 && trainShare < 1)) {
      throw new CliException(
          "--train-share is outside 0 to 1", "give for example 0.8", ExitCode.USAGE, null);
    }
    if (historyMax < SampleRule.HISTORY_MIN_DEFAULT) {
      throw new CliException(
          "--history-max is below " + SampleRule.HISTORY_MIN_DEFAULT,
          "give for example 30",
          ExitCode.USAGE,
          null);
    }
    EngineSettings engine =
        device.on(
            EngineSettings.defaults().withThreads(Runtime.getRuntime().availableProcessors()));
    DataDirectory directory = dataDirectory.directory().create();
    Logs.toFile(directory.logs().resolve("train.log"));
    SuppressionSet.Remainder rest =
        TrainingGuard.filter(data.dataset(), directory, unreadable.max());
    Dataset dataset = rest.dataset();
    SampleRule rule =
        new SampleRule(
            historyMax,
            SampleRule.HISTORY_MIN_DEFAULT,
            dataset.likedAbove(),
            dataset.splitAt(trainShare));
    List<LabelledExample> examples = ExampleBuilder.build(dataset, rule);
    List<LabelledExample> heldOut =
        examples.stream().filter(example -> !example.trainedOn()).toList();
    int trainedOn = examples.size() - heldOut.size();
    if (trainedOn == 0 || heldOut.isEmpty()) {
      throw new CliException(
          dataset.name()
              + " gives "
              + trainedOn
              + " examples to train on and "
              + heldOut.size()
              + " to hold out",
          "give accounts with more interactions, or another --train-share");
    }
    Path baseFolder = base == null ? RecommenderTraining.defaultBase() : base;
    Instant began = clock.instant();
    RecommenderTraining.Trained trained =
        new RecommenderTraining(console, device.cache(directory.recommenders()), engine)
            .train(
                new RecommenderTraining.Request(
                    "Tuning on " + trainedOn + " examples",
                    dataset,
                    rule,
                    examples,
                    settings(baseFolder, trainedOn, rule),
                    trainSeed,
                    baseFolder,
                    Set.of()));
    trained.model().makeCurrent(directory);
    report(trained, rest, trainedOn, heldOut, engine, Duration.between(began, clock.instant()));
    return ExitCode.OK;
  }

  private TuneSettings settings(Path baseFolder, int rows, SampleRule rule) {
    TuneSettings defaults =
        RecommenderTraining.settings(baseFolder, rows, rule.likedAbove())
            .withPromptStrategy(promptStrategy.strategy());
    return epochs == null ? defaults : defaults.withEpochs(epochs);
  }

  private void report(
      RecommenderTraining.Trained trained,
      SuppressionSet.Remainder rest,
      int trainedOn,
      List<LabelledExample> heldOut,
      EngineSettings engine,
      Duration took) {
    Path folder = trained.model().folder();
    Map<String, Object> result = new LinkedHashMap<>();
    double auc;
    try (Recommender recommender = Recommender.load(folder, engine)) {
      auc = heldOutAuc(recommender, heldOut);
      result.put("recommender", folder.toString());
      result.put("digest", recommender.digest());
    }
    result.put("reused", trained.reused());
    result.put("suppressedInteractions", rest.interactions());
    result.put("examples", trainedOn);
    result.put("heldOut", heldOut.size());
    result.put("heldOutAuc", auc);
    result.put("seconds", took.toMillis() / 1000.0);
    String words =
        trained.reused()
            ? "Reused the recommender tuned before on the same data and settings"
            : String.format(Locale.ROOT, "Tuned in %.0f s", took.toMillis() / 1000.0);
    console.result(
        result,
        String.format(
            Locale.ROOT,
            "%s: %d examples, AUC %.3f on %d held out.%n  %s%s",
            words,
            trainedOn,
            auc,
            heldOut.size(),
            folder,
            rest.interactions() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "%n  Left out, since they were erased: %d interactions.",
                    rest.interactions())));
  }

  private static double heldOutAuc(Recommender recommender, List<LabelledExample> heldOut) {
    List<Prompt> prompts = heldOut.stream().map(one -> one.example().prompt()).toList();
    boolean[] liked = new boolean[heldOut.size()];
    for (int i = 0; i < liked.length; i++) {
      liked[i] = heldOut.get(i).example().liked();
    }
    return Metrics.auc(recommender.score(prompts, null), liked);
  }
}
