package io.lethe.cli.stream;

import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.Installation;
import io.lethe.cli.dev.Interruption;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.dev.ServiceSettings;
import io.lethe.cli.dev.StackSettings;
import io.lethe.cli.dev.StackShape;
import io.lethe.schemas.sample.SampleRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the path from the front doors to closed forget sets under load. */
@Command(
    name = "stream",
    description = {
      "Measure how many deletions the path takes, beside Kafka's own producer-perf on the same",
      "broker in the same run.",
      "Starts broker, registry, deletion-intake and forget-set-accumulator, loads made-up",
      "histories, sends requests over HTTP and through Kafka, and counts that each is accepted once",
      "and is in exactly one forget set."
    })
public final class StreamCommand implements Callable<Integer> {
  private static final int INTAKE_HEAP_MEBIBYTES = 256;
  private static final int ACCUMULATOR_HEAP_MEBIBYTES = 512;

  /** Requests that intake remembers for a MiB of its heap. */
  private static final int REQUESTS_PER_MEBIBYTE = 1024;

  private static final String ACKS = "acks";
  private static final String COMPRESSION = "compression.type";
  private static final String LINGER = "linger.ms";
  private static final String BATCH = "batch.size";

  private static final int UNLIMITED_PER_SECOND = 1_000_000;

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--subjects",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Subjects with a history (${DEFAULT-VALUE}).")
  private int subjects;

  @Option(
      names = "--interactions",
      paramLabel = "N",
      defaultValue = "10",
      description = "Interactions of each subject (${DEFAULT-VALUE}).")
  private int interactions;

  @Option(
      names = "--http-requests",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Requests over HTTP (${DEFAULT-VALUE}).")
  private int httpRequests;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "16",
      description = "Connections that send them in a closed loop (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--latency-requests",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Requests at a steady rate, which time forget sets (${DEFAULT-VALUE}).")
  private int latencyRequests;

  @Option(
      names = "--latency-rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "Requests a second of that rate (${DEFAULT-VALUE}).")
  private int latencyPerSecond;

  @Option(
      names = "--kafka-requests",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Requests through Kafka, and records of producer-perf (${DEFAULT-VALUE}).")
  private int kafkaRequests;

  @Option(
      names = "--duplicates",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description = "Share of the Kafka requests sent twice (${DEFAULT-VALUE}).")
  private int duplicatePercent;

  @Option(
      names = "--intakes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances of deletion-intake (${DEFAULT-VALUE}).")
  private int intakes;

  @Option(
      names = "--accumulators",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances of forget-set-accumulator (${DEFAULT-VALUE}).")
  private int accumulators;

  @Option(
      names = "--compression",
      paramLabel = "TYPE",
      defaultValue = "zstd",
      description = "Compression of intake's producer and of producer-perf (${DEFAULT-VALUE}).")
  private String compression;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/bench-stream",
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

  public StreamCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    StreamSettings settings =
        new StreamSettings(
            subjects,
            interactions,
            httpRequests,
            connections,
            latencyRequests,
            latencyPerSecond,
            kafkaRequests,
            duplicatePercent,
            intakes,
            accumulators);
    Installation installation = Installation.current();
    DataDirectory directory = new DataDirectory(folder).createAfresh();
    MadeUpSubjects madeUp = new MadeUpSubjects(PseudonymKey.openOrCreate(directory));
    DevStack stack = new DevStack(installation, directory, console, clock);
    StreamFigures figures;
    try (Interruption interruption = Interruption.install(stack, console, new CountDownLatch(1))) {
      console.notice("Starting broker and schema registry ...");
      stack.startBackbone(stackSettings(settings, directory));
      stack.startServices();
      figures =
          new StreamBench(
                  console,
                  clock,
                  settings,
                  producerSettings(),
                  installation,
                  directory,
                  stack,
                  madeUp)
              .run();
    } finally {
      stack.close();
    }
    write(directory.root().resolve("stream.md"), figures.table());
    console.result(figures.json(), figures.table());
    if (!figures.counts().isExact(settings.intakes())) {
      console.notice(
          "lethe: not every request was accepted once and closed once ("
              + figures.counts().json()
              + "); keep "
              + directory.root()
              + " and report it.");
      return ExitCode.FAILURE;
    }
    return ExitCode.OK;
  }

  private StackSettings stackSettings(StreamSettings settings, DataDirectory directory) {
    Map<String, Map<String, String>> overrides = new LinkedHashMap<>();
    Map<String, String> intake = new LinkedHashMap<>();
    // No ledger runs, so that no request ever finishes and all are remembered.
    intake.put("lethe.requests-max", String.valueOf(settings.requests() + 1));
    intake.put("lethe.publish-compression", compression);
    // One caller sends everything: what intake can take is measured, not what one may send.
    intake.put("lethe.producer-limit.per-second", String.valueOf(UNLIMITED_PER_SECOND));
    intake.put("lethe.producer-limit.burst", String.valueOf(UNLIMITED_PER_SECOND));
    overrides.put(StreamBench.INTAKE, intake);
    ServiceSettings.parse(serviceSettings)
        .forEach(
            (service, given) ->
                overrides.computeIfAbsent(service, none -> new LinkedHashMap<>()).putAll(given));
    return new StackSettings(
        StackSettings.DEFAULT_MODEL_ID,
        directory.root(),
        SampleRule.of(MadeUpSubjects.LIKED_ABOVE, MadeUpSubjects.TRAIN_UNTIL),
        0,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(readyTimeoutSeconds),
        Map.of(),
        overrides,
        new StackShape(
            Set.of(StreamBench.INTAKE, StreamBench.ACCUMULATOR),
            Map.of(StreamBench.INTAKE, intakes, StreamBench.ACCUMULATOR, accumulators),
            Map.of(
                StreamBench.INTAKE,
                INTAKE_HEAP_MEBIBYTES + settings.requests() / REQUESTS_PER_MEBIBYTE,
                StreamBench.ACCUMULATOR,
                ACCUMULATOR_HEAP_MEBIBYTES),
            true),
        Optional.empty());
  }

  /** What intake's producer is set to, in Kafka's own keys. */
  private Map<String, String> producerSettings() {
    Map<String, String> producer = new LinkedHashMap<>();
    producer.put(ACKS, "all");
    producer.put("enable.idempotence", "true");
    producer.put(COMPRESSION, compression);
    producer.put(LINGER, "0");
    producer.put(BATCH, String.valueOf(64 * 1024));
    return producer;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
