package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Real services around a broker in a process of its own, with a proxy before the broker and one
 * before the registry. The launcher starts services again that die.
 */
final class FaultStack implements AutoCloseable {
  static final String INTAKE = "deletion-intake";
  static final String ACCUMULATOR = "forget-set-accumulator";
  static final String WORKER = "unlearning-worker";
  static final String CATALOG = "adapter-catalog";
  static final String SERVER = "recommendation-server";
  static final String LEDGER = "erasure-ledger";

  /** Held, since the logging library forgets the level of a logger that nobody holds. */
  private static final Logger KAFKA_CLIENTS = Logger.getLogger("org.apache.kafka");

  static {
    // A client that waits for a broker that was killed says so several times a second.
    KAFKA_CLIENTS.setLevel(Level.SEVERE);
  }

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);
  private static final String REGISTRY_PATH = "/apis/ccompat/v7";
  private static final int STOP_SECONDS = 60;

  private final Path folder;
  private final KafkaProcess kafka;
  private final FaultProxy registry;
  private final int registryPort;
  private final Process process;
  private final StackState state;
  private final Path log;
  private String token;

  /** What a stack is to run. */
  static final class Plan {
    private final Path folder;
    private final List<String> services;
    private final Map<String, Integer> instances = new TreeMap<>();
    private final List<String> arguments = new ArrayList<>();
    private List<String> data = List.of();
    private int servers = 1;
    private String apart;

    private Plan(Path folder, List<String> services) {
      this.folder = folder;
      this.services = services;
    }

    /** A setting of a service, or of all instances of a module. */
    Plan set(String service, String key, Object value) {
      return with("--set", service + ":" + key + "=" + value);
    }

    Plan heap(String service, int mebibytes) {
      return with("--heap", service + "=" + mebibytes);
    }

    Plan instances(String service, int count) {
      instances.put(service, count);
      return with("--instances", service + "=" + count);
    }

    Plan servers(int count) {
      servers = count;
      return this;
    }

    /** Has one service reach the broker by a network of its own. */
    Plan apart(String service) {
      apart = service;
      return this;
    }

    /** Tunes a recommender on made-up data of this size, and imports the data. */
    Plan data(int subjects, int rows, int items) {
      data =
          List.of(
              "--subjects",
              String.valueOf(subjects),
              "--rows",
              String.valueOf(rows),
              "--items",
              String.valueOf(items));
      return this;
    }

    /** The folder that the service will keep its state in. */
    Path state(String service) {
      return folder.resolve("services").resolve(service);
    }

    /** The folder that adapters will be stored in. */
    Path artefacts() {
      return folder.resolve("artefacts");
    }

    FaultStack start() {
      return new FaultStack(this);
    }

    private Plan with(String... more) {
      arguments.addAll(Arrays.asList(more));
      return this;
    }
  }

  /** A stack of these services alone, in a fresh folder below target. */
  static Plan plan(String name, String... services) {
    return new Plan(freshFolder(name), List.of(services));
  }

  private FaultStack(Plan plan) {
    folder = plan.folder;
    log = folder.resolveSibling("lethe-" + folder.getFileName() + ".log");
    buildWhatIsMissing();
    kafka = KafkaProcess.start(folder.resolve("broker"));
    registryPort = FreePorts.take();
    registry = FaultProxy.open(FreePorts.take(), registryPort);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "start-dev",
                "--data-dir",
                folder.toString(),
                "--output",
                "json",
                "--kafka",
                kafka.servicesAddress(),
                "--port",
                "schema-registry=" + registryPort,
                "--servers",
                String.valueOf(plan.servers),
                "--only",
                String.join(",", plan.services)));
    if (plan.data.isEmpty()) {
      arguments.addAll(List.of("--recommender", withoutRecommender(folder).toString()));
    } else {
      launcher("train", plan.data, "--epochs", "3");
    }
    for (String service : plan.services) {
      arguments.add("--set");
      arguments.add(
          service
              + ":lethe.schema-registry-url=http://127.0.0.1:"
              + registry.port()
              + REGISTRY_PATH);
    }
    if (plan.apart != null) {
      arguments.add("--set");
      arguments.add(plan.apart + ":kafka.bootstrap.servers=" + kafka.addressOfOne());
    }
    arguments.addAll(plan.arguments);
    process = LetheCommand.start(log, arguments.toArray(String[]::new));
    state = new StackState(folder);
    try {
      LetheCommand.firstLine(process, log);
      if (!plan.data.isEmpty()) {
        launcher("import", plan.data);
      }
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  KafkaProcess kafka() {
    return kafka;
  }

  /** The network between the services and the registry. */
  FaultProxy registryNetwork() {
    return registry;
  }

  StackState state() {
    return state;
  }

  Path folder() {
    return folder;
  }

  /** Where the test reads the registry, past the proxy. */
  String registryUrl() {
    return "http://127.0.0.1:" + registryPort + REGISTRY_PATH;
  }

  Service service(String name) {
    return new Service(state.url(name), token());
  }

  Path logOf(String service) {
    return folder.resolve("logs").resolve(service + ".log");
  }

  /** How often the launcher had to start a service again. */
  int deaths() {
    try {
      return Files.readString(log).split(" died and is started again", -1).length - 1;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A producer past the proxies: what it sends is there when it is acknowledged. */
  Producer<String, SpecificRecord> producer(String clientId) {
    Map<String, Object> settings =
        KafkaSettings.producer(kafka.directAddress(), registryUrl(), clientId);
    // A broker that was killed takes this long to come back on a busy machine, and nothing sent may
    // be given up meanwhile.
    settings.put("delivery.timeout.ms", (int) READY_TIMEOUT.toMillis());
    settings.put("max.block.ms", READY_TIMEOUT.toMillis());
    settings.put("linger.ms", 5);
    return new KafkaProducer<>(settings);
  }

  /** Waits until the accumulators have taken in every interaction that was sent. */
  void awaitAccumulated() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) kafka.directAddress()))) {
      await("interactions accumulated")
          .atMost(READY_TIMEOUT)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> lag(admin, Topics.INTERACTION_RECORDED) == 0);
    }
  }

  /** How many accepted requests the accumulators have taken in, as their group committed it. */
  int requestsTakenIn() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) kafka.directAddress()))) {
      return (int) committed(admin, Topics.DELETION_REQUESTED);
    } catch (ExecutionException | TimeoutException unknown) {
      // Whoever waits for more asks again.
      return 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private static long lag(Admin admin, Topic<?> topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, topic.partitions())
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic.name(), partition),
                    partition -> OffsetSpec.latest()));
    long written =
        admin.listOffsets(latest).all().get(30, TimeUnit.SECONDS).values().stream()
            .mapToLong(end -> end.offset())
            .sum();
    return written - committed(admin, topic);
  }

  private static long committed(Admin admin, Topic<?> topic)
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin
        .listConsumerGroupOffsets("lethe-accumulator")
        .partitionsToOffsetAndMetadata()
        .get(30, TimeUnit.SECONDS)
        .entrySet()
        .stream()
        .filter(entry -> entry.getKey().topic().equals(topic.name()))
        .filter(entry -> entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  /** Waits until a service answers that it may be used, in a process other than this one. */
  void awaitReadyAgain(String service, long pidBefore, Duration limit) {
    await(service + " back after its kill; see " + logOf(service))
        .atMost(limit)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> state.pid(service) > 0 && state.pid(service) != pidBefore && ready(service));
  }

  void awaitReady(Collection<String> services, Duration limit) {
    for (String service : services) {
      await(service + " ready; see " + logOf(service))
          .atMost(limit)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> ready(service));
    }
  }

  boolean ready(String service) {
    return new Service(state.url(service))
        .tryGet("/q/health/ready")
        .filter(answer -> answer.status() == 200)
        .isPresent();
  }

  @Override
  public void close() {
    registry.heal();
    kafka.network().heal();
    kafka.networkOfOne().heal();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    kafka.close();
    registry.close();
  }

  /**
   * The broker is started from the launcher's libraries, which are not there in a fresh checkout
   * when these tests are asked for alone; the launcher builds whatever it lacks.
   */
  private void buildWhatIsMissing() {
    LetheCommand.Result result = LetheCommand.run(log, "--help");
    assertThat(result.exitCode()).as("the launcher builds the services; see " + log).isZero();
  }

  private void launcher(String command, List<String> data, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--data-dir", folder.toString()));
    arguments.addAll(data);
    arguments.addAll(Arrays.asList(more));
    LetheCommand.Result result = LetheCommand.run(log, arguments.toArray(String[]::new));
    assertThat(result.exitCode()).as("lethe %s; see %s", command, log).isZero();
  }

  /** A token that may do what these tests do, valid for as long as they may take. */
  private synchronized String token() {
    if (token == null) {
      token = token("operator-cli", "erasure-producer", "erasure-auditor", "erasure-operator");
    }
    return token;
  }

  /** A token of that person with these roles. */
  String token(String name, String... roles) {
    return LetheCommand.token(log, folder, name, roles);
  }

  private static Path freshFolder(String name) {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), name + "-");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** No recommender is served; the accumulators need the rule by which one was tuned. */
  private static Path withoutRecommender(Path folder) {
    try {
      Path recommender = Files.createDirectory(folder.resolve("recommender"));
      Files.writeString(
          recommender.resolve("sample-rule.json"),
          """
          {"historyMax": 10, "historyMin": 3, "likedAbove": 6, "trainUntil": "2025-01-01T00:00:00Z"}
          """);
      return recommender;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
