package io.lethe.cli.serve;

import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.Installation;
import io.lethe.cli.dev.Interruption;
import io.lethe.cli.dev.ServiceSettings;
import io.lethe.cli.dev.StackSettings;
import io.lethe.cli.dev.StackShape;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures serving while versions change. */
@Command(
    name = "serve",
    description = {
      "Measure recommendation-server under load, without and with versions that change.",
      "Starts broker, registry and servers on a base model, makes adapters whose answers are all",
      "different, and holds every answer against the adapter that its header names. Ends with 1",
      "when an answer is wrong, a request fails or a suppression is missing."
    })
public final class ServeCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Option(
      names = "--swaps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Versions switched to under load (${DEFAULT-VALUE}).")
  private int swaps;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "Connections that ask in a closed loop (${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Answers without a swap, to compare with (${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "4",
      description = "Items that each request has ranked (${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "5",
      description = "Earlier interactions that each prompt shows (${DEFAULT-VALUE}).")
  private int history;

  @Option(
      names = "--adapters",
      paramLabel = "N",
      defaultValue = "16",
      description = "Different adapters, switched to in turn (${DEFAULT-VALUE}).")
  private int adapters;

  @Option(
      names = "--servers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances of recommendation-server (${DEFAULT-VALUE}).")
  private int servers;

  @Option(
      names = "--suppressions",
      paramLabel = "N",
      defaultValue = "0",
      description = "Deletion requests timed on their way to every server (${DEFAULT-VALUE}).")
  private int suppressions;

  @Option(
      names = "--suppression-rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Deletion requests a second (${DEFAULT-VALUE}).")
  private int suppressionsPerSecond;

  @Option(
      names = "--base",
      paramLabel = "FOLDER",
      description = "Hugging Face folder to serve (default: the base that Lethe carries).")
  private Path base;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/bench-serve",
      description = "Folder of the run; what an earlier run left is removed (${DEFAULT-VALUE}).")
  private Path folder;

  @Option(
      names = "--set",
      paramLabel = "SERVICE:KEY=VALUE",
      description = "Give a service a setting of its own, as in start-dev.")
  private Map<String, String> serviceSettings = new LinkedHashMap<>();

  @Option(
      names = "--ready-timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "Longest wait for a service to become ready (${DEFAULT-VALUE}).")
  private int readyTimeoutSeconds;

  public ServeCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ServeSettings settings =
        new ServeSettings(
            swaps,
            clients,
            requests,
            candidates,
            history,
            adapters,
            servers,
            suppressions,
            suppressionsPerSecond);
    Installation installation = Installation.current();
    DataDirectory directory = new DataDirectory(folder).createAfresh();
    Path recommender = base == null ? RecommenderTraining.defaultBase() : base.toAbsolutePath();
    ServedItems items = new ServedItems(candidates, history);
    console.notice("Making " + adapters + " adapters ...");
    RecognisableAdapters made =
        RecognisableAdapters.make(recommender, directory.artefacts(), adapters, items.prompts());
    DevStack stack = new DevStack(installation, directory, console, clock);
    ServeFigures figures;
    try (Interruption interruption = Interruption.install(stack, console, new CountDownLatch(1))) {
      console.notice("Starting broker and schema registry ...");
      stack.startBackbone(stackSettings(settings, directory, recommender));
      figures = new ServeBench(console, clock, settings, directory, stack, made, items).run();
    } finally {
      stack.close();
    }
    console.result(figures.json(), figures.table());
    if (!figures.isFlawless()) {
      console.notice(
          "lethe: an answer was wrong, a request failed or a suppression is missing; keep "
              + directory.root()
              + " and report it.");
      return ExitCode.FAILURE;
    }
    return ExitCode.OK;
  }

  private StackSettings stackSettings(
      ServeSettings settings, DataDirectory directory, Path recommender) {
    Map<String, Map<String, String>> overrides = new LinkedHashMap<>();
    Map<String, String> server = new LinkedHashMap<>();
    // Every connection's one request must find room.
    server.put("lethe.queue-max", String.valueOf(settings.clients()));
    overrides.put(ServeBench.SERVER, server);
    ServiceSettings.parse(serviceSettings)
        .forEach(
            (service, given) ->
                overrides.computeIfAbsent(service, none -> new LinkedHashMap<>()).putAll(given));
    return new StackSettings(
        StackSettings.DEFAULT_MODEL_ID,
        recommender,
        SampleRule.of(0, Instant.EPOCH),
        settings.servers(),
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(readyTimeoutSeconds),
        Map.of(),
        overrides,
        new StackShape(Set.of(ServeBench.SERVER), Map.of(), Map.of(), true),
        Optional.empty());
  }
}
