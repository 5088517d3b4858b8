package io.lethe.cli.dev;

import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.train.ServedModel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the whole system on this machine until it is stopped. */
@Command(
    name = "start-dev",
    description = {
      "Run broker, schema registry and every service on this machine. Not for production.",
      "Stops everything in order on Ctrl-C."
    })
public final class StartDevCommand implements Callable<Integer> {
  private static final String BANNER =
      "DEVELOPMENT STACK - not for production: one broker, no replicas, no passwords, keys made here.";

  private final Console console;
  private final Clock clock;

  @Mixin private DataDirectoryOption dataDirectory;

  @Option(
      names = "--recommender",
      paramLabel = "FOLDER",
      description = "Recommender to serve (default: the one last tuned in the data directory).")
  private Path recommender;

  @Option(
      names = "--servers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Recommendation servers (${DEFAULT-VALUE}).")
  private int servers;

  @Option(
      names = "--port",
      paramLabel = "NAME=PORT",
      description = {
        "Ask for a port: kafka, schema-registry, deletion-intake, erasure-ledger, ...",
        "(default: the one it had before, or any that is free)."
      })
  private Map<String, Integer> ports = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "SERVICE:KEY=VALUE",
      description = {
        "Give a service a setting of its own, for example",
        "unlearning-worker:lethe.unlearning.steps-max=50"
      })
  private Map<String, String> serviceSettings = new LinkedHashMap<>();

  @Option(
      names = "--only",
      paramLabel = "SERVICE",
      split = ",",
      description = "Start these services alone, parted by commas (default: all).")
  private Set<String> only = new LinkedHashSet<>();

  @Option(
      names = "--instances",
      paramLabel = "SERVICE=N",
      description = {
        "Run a service more than once: deletion-intake, forget-set-accumulator or",
        "unlearning-worker. They share its partitions; the second is named SERVICE-2."
      })
  private Map<String, Integer> instances = new LinkedHashMap<>();

  @Option(
      names = "--heap",
      paramLabel = "SERVICE=MIB",
      description =
          "Give each instance of a service so much Java heap, for more than a trial's load.")
  private Map<String, Integer> heapMebibytes = new LinkedHashMap<>();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = {
        "Use this broker, which runs already, instead of one in this process; missing topics are",
        "created on it with one replica."
      })
  private String kafka;

  @Option(
      names = "--ready-timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "Longest wait for a service to become ready (${DEFAULT-VALUE}).")
  private int readyTimeoutSeconds;

  public StartDevCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    console.notice(BANNER);
    Installation installation = Installation.current();
    DataDirectory directory = dataDirectory.directory().create();
    ServedModel model =
        recommender == null ? ServedModel.current(directory) : ServedModel.read(recommender);
    PseudonymKey.openOrCreate(directory);
    StackSettings settings =
        new StackSettings(
            StackSettings.DEFAULT_MODEL_ID,
            model.folder(),
            model.rule(),
            servers,
            Runtime.getRuntime().availableProcessors(),
            Duration.ofSeconds(readyTimeoutSeconds),
            ports,
            ServiceSettings.parse(serviceSettings),
            new StackShape(only, instances, heapMebibytes, false),
            Optional.ofNullable(kafka));
    DevStack stack = new DevStack(installation, directory, console, clock);
    CountDownLatch stopped = new CountDownLatch(1);
    try (Interruption interruption = Interruption.install(stack, console, stopped)) {
      console.notice("Starting broker and schema registry ...");
      stack.startBackbone(settings);
      stack.startServices();
      announce(stack.state());
      stopped.await();
    } finally {
      stack.close();
    }
    return ExitCode.OK;
  }

  private void announce(DevState state) {
    StringBuilder text = new StringBuilder("Ready. Ctrl-C stops everything.");
    text.append(String.format("%n  %-26s %s", ServiceTable.BROKER, state.bootstrapServers()));
    for (DevState.Service service : state.services()) {
      text.append(String.format("%n  %-26s %s", service.name(), service.url()));
    }
    text.append(
        String.format("%n  %-26s ./lethe token --role erasure-auditor, for calls", "tokens"));
    for (DevState.Service ledger : state.servicesNamed("erasure-ledger")) {
      text.append(" and for the console at ").append(ledger.url());
    }
    text.append(String.format("%n  %-26s %s", "data and logs", state.dataDirectory()));
    Map<?, ?> json = Json.MAPPER.convertValue(state, LinkedHashMap.class);
    Map<String, Object> result = new LinkedHashMap<>();
    json.forEach((key, value) -> result.put((String) key, value));
    console.result(result, text.toString());
  }
}
