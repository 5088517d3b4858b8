package io.lethe.cli.demo;

import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetOptions;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.Installation;
import io.lethe.cli.dev.Interruption;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.dev.StackSettings;
import io.lethe.cli.importing.DatasetPublisher;
import io.lethe.cli.train.ExampleBuilder;
import io.lethe.cli.train.LabelledExample;
import io.lethe.cli.train.RecommenderCache;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole path on this machine. */
@Command(
    name = "demo",
    description = {
      "Show the whole path: tune, serve, ask for erasure, forget, and prove it.",
      "Runs on made-up data; --data takes real data. Each run starts afresh; recommenders are kept."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final double TRAIN_SHARE = 0.8;
  private static final int SUBJECTS_DEFAULT = 40;
  private static final int ROWS_DEFAULT = 1_200;
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(180);

  private final Console console;
  private final Clock clock;

  @Mixin private DatasetOptions data;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/demo",
      description = "Folder of the demo (${DEFAULT-VALUE}).")
  private Path folder;

  public DemoCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Installation installation = Installation.current();
    DataDirectory directory = new DataDirectory(folder).createAfresh();
    Logs.toFile(directory.logs().resolve("demo.log"));
    data.defaultSlice(SUBJECTS_DEFAULT, ROWS_DEFAULT);
    Dataset dataset = data.dataset();
    SampleRule rule = SampleRule.of(dataset.likedAbove(), dataset.splitAt(TRAIN_SHARE));
    List<LabelledExample> examples = ExampleBuilder.build(dataset, rule);
    RecommenderTraining.Trained original = tune(directory, dataset, rule, examples, Set.of());
    original.model().makeCurrent(directory);
    StackSettings settings =
        new StackSettings(
            StackSettings.DEFAULT_MODEL_ID,
            original.model().folder(),
            rule,
            StackSettings.DEFAULT_SERVERS,
            Runtime.getRuntime().availableProcessors(),
            READY_TIMEOUT,
            Map.of(),
            Map.of());
    DevStack stack = new DevStack(installation, directory, console, clock);
    try (Interruption interruption = Interruption.install(stack, console, new CountDownLatch(1))) {
      stack.startBackbone(settings);
      publish(stack, directory, dataset);
      stack.startServices();
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("dataset", dataset.name());
      result.put("services", stack.state().services().size());
      console.result(result, "All services are ready.");
    } finally {
      stack.close();
    }
    return ExitCode.OK;
  }

  private RecommenderTraining.Trained tune(
      DataDirectory directory,
      Dataset dataset,
      SampleRule rule,
      List<LabelledExample> examples,
      Set<String> erasedIds) {
    EngineSettings engine =
        EngineSettings.defaults().withThreads(Runtime.getRuntime().availableProcessors());
    return new RecommenderTraining(console, new RecommenderCache(directory.recommenders()), engine)
        .train(
            new RecommenderTraining.Request(
                erasedIds.isEmpty() ? "Tuning the recommender" : "Retraining without the erased",
                dataset,
                rule,
                examples,
                TuneSettings.defaults(),
                data.seed(),
                RecommenderTraining.defaultBase(),
                erasedIds));
  }

  private void publish(DevStack stack, DataDirectory directory, Dataset dataset) {
    long rows =
        (long) dataset.items().size() + dataset.profiles().size() + dataset.interactions().size();
    try (KafkaProducer<String, SpecificRecord> producer =
            new KafkaProducer<>(stack.producerSettings("lethe-demo"));
        ProgressDisplay progress = console.progress("Importing", "records", rows)) {
      new DatasetPublisher(producer, PseudonymKey.openOrCreate(directory), clock)
          .publish(dataset, progress);
    }
  }
}
