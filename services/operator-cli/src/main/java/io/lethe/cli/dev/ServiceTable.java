package io.lethe.cli.dev;

import io.lethe.cli.access.AccessKey;
import io.lethe.schemas.sample.SampleRule;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The one table of what start-dev runs: every service, its memory and its settings. */
final class ServiceTable {
  static final String REGISTRY = "schema-registry";
  static final String BROKER = "kafka";
  static final String CONTROLLER = "kafka-controller";
  static final String SERVER_PREFIX = "recommendation-server-";

  private static final String HOST = "127.0.0.1";
  private static final String STATE_DIRECTORY = "lethe.state-directory";
  private static final String DATA_KEY_FOLDER = "lethe.data-key-folder";
  private static final int SMALL_HEAP_MEBIBYTES = 160;
  private static final int STREAMS_HEAP_MEBIBYTES = 256;
  private static final int SERVER_HEAP_MEBIBYTES = 320;
  private static final int WORKER_HEAP_MEBIBYTES = 640;

  private final Installation installation;
  private final DataDirectory directory;
  private final StackSettings settings;
  private final Map<String, Integer> ports;

  /**
   * One row.
   *
   * @param heapMebibytes most Java heap; tensors come on top
   * @param threads native threads of numeric work, or 0 for a service without any
   */
  private record Row(
      String name, String module, int heapMebibytes, int threads, Map<String, String> settings) {}

  ServiceTable(
      Installation installation,
      DataDirectory directory,
      StackSettings settings,
      Map<String, Integer> ports) {
    this.installation = installation;
    this.directory = directory;
    this.settings = settings;
    this.ports = ports;
  }

  /** Everything that needs a port, in the order of the start. */
  static List<String> names(StackSettings settings) {
    List<String> names = new ArrayList<>(List.of(BROKER, CONTROLLER, REGISTRY));
    for (String module :
        List.of(
            "deletion-intake",
            "forget-set-accumulator",
            "unlearning-worker",
            "adapter-catalog",
            "erasure-ledger")) {
      names.addAll(instances(settings, module));
    }
    for (int i = 1; i <= settings.servers(); i++) {
      names.add(SERVER_PREFIX + i);
    }
    return names;
  }

  /** Names of a module's instances: the first is called as the module is. */
  private static List<String> instances(StackSettings settings, String module) {
    return IntStream.rangeClosed(1, settings.shape().instancesOf(module))
        .mapToObj(number -> number == 1 ? module : module + '-' + number)
        .toList();
  }

  String bootstrapServers() {
    return settings.kafka().orElseGet(() -> HOST + ":" + ports.get(BROKER));
  }

  URI registryUrl() {
    return URI.create(base(REGISTRY) + "/apis/ccompat/v7");
  }

  /** The schema registry, with its content in a file of the data directory. */
  ServiceSpec registry() {
    List<String> command = new ArrayList<>(jvm(SMALL_HEAP_MEBIBYTES));
    command.add("-Dquarkus.http.host=" + HOST);
    command.add("-Dquarkus.http.port=" + ports.get(REGISTRY));
    command.add(
        "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:"
            + directory.registry().resolve("registry")
            + ";DB_CLOSE_ON_EXIT=FALSE");
    // Its default pool of 20 connections takes seconds and memory that one machine has no use for.
    command.add("-Dquarkus.datasource.jdbc.initial-size=1");
    command.add("-Dquarkus.datasource.jdbc.min-size=1");
    command.add("-Dquarkus.datasource.jdbc.max-size=4");
    command.add("-jar");
    command.add(installation.registryJar().toString());
    return new ServiceSpec(
        REGISTRY,
        registryUrl(),
        URI.create(registryUrl() + "/subjects"),
        command,
        Map.of(),
        log(REGISTRY));
  }

  /** Our own services. */
  List<ServiceSpec> services() {
    List<Row> rows = new ArrayList<>();
    for (String name : instances(settings, "deletion-intake")) {
      rows.add(small(name, "deletion-intake", pseudonymKey()));
    }
    for (String name : instances(settings, "forget-set-accumulator")) {
      rows.add(
          new Row(
              name,
              "forget-set-accumulator",
              STREAMS_HEAP_MEBIBYTES,
              0,
              accumulatorSettings(name)));
    }
    int worker = 0;
    for (String name : instances(settings, "unlearning-worker")) {
      rows.add(
          new Row(
              name,
              "unlearning-worker",
              WORKER_HEAP_MEBIBYTES,
              settings.threads(),
              workerSettings(name, ++worker)));
    }
    rows.add(
        small(
            "adapter-catalog",
            "adapter-catalog",
            Map.of("lethe.recommender-folder", recommender())));
    rows.add(small("erasure-ledger", "erasure-ledger", ledgerSettings()));
    for (int i = 1; i <= settings.servers(); i++) {
      rows.add(
          new Row(
              SERVER_PREFIX + i,
              "recommendation-server",
              SERVER_HEAP_MEBIBYTES,
              1,
              serverSettings("server-" + i)));
    }
    return rows.stream()
        .filter(row -> settings.shape().runs(row.module()))
        .filter(row -> installation.has(row.module()))
        .map(this::spec)
        .toList();
  }

  private static Row small(String name, String module, Map<String, String> properties) {
    return new Row(name, module, SMALL_HEAP_MEBIBYTES, 0, properties);
  }

  private Map<String, String> pseudonymKey() {
    return Map.of("lethe.pseudonym-key-file", directory.pseudonymKeyFile().toString());
  }

  private Map<String, String> accumulatorSettings(String name) {
    SampleRule rule = settings.rule();
    return Map.of(
        "lethe.sample-rule.history-max",
        String.valueOf(rule.historyMax()),
        "lethe.sample-rule.history-min",
        String.valueOf(rule.historyMin()),
        "lethe.sample-rule.liked-above",
        String.valueOf(rule.likedAbove()),
        "lethe.sample-rule.train-until",
        rule.trainUntil().toString(),
        DATA_KEY_FOLDER,
        directory.dataKeys().toString(),
        STATE_DIRECTORY,
        state(name));
  }

  private Map<String, String> workerSettings(String name, int number) {
    return Map.of(
        "lethe.replica-id",
        "worker-" + number,
        "lethe.recommender-folder",
        recommender(),
        "lethe.artefact-store",
        directory.artefacts().toString(),
        "lethe.threads",
        String.valueOf(settings.threads()),
        DATA_KEY_FOLDER,
        directory.dataKeys().toString(),
        STATE_DIRECTORY,
        state(name));
  }

  private Map<String, String> ledgerSettings() {
    return Map.of(
        // A request is complete when every server of this stack has it, not just those up already.
        "lethe.expected-servers-min",
        String.valueOf(settings.servers()),
        STATE_DIRECTORY,
        state("erasure-ledger"));
  }

  private Map<String, String> serverSettings(String replicaId) {
    Map<String, String> server = new LinkedHashMap<>(pseudonymKey());
    server.put("lethe.replica-id", replicaId);
    server.put("lethe.recommender-folder", recommender());
    server.put("lethe.artefact-store", directory.artefacts().toString());
    server.put("lethe.sample-rule.history-max", String.valueOf(settings.rule().historyMax()));
    return server;
  }

  private String recommender() {
    return settings.recommender().toString();
  }

  private String state(String name) {
    return directory.service(name).toString();
  }

  private ServiceSpec spec(Row row) {
    int heapMebibytes =
        settings.shape().heapMebibytes().getOrDefault(row.module(), row.heapMebibytes());
    List<String> command = new ArrayList<>(jvm(heapMebibytes));
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("quarkus.http.host", HOST);
    properties.put("quarkus.http.port", String.valueOf(ports.get(row.name())));
    properties.put("kafka.bootstrap.servers", bootstrapServers());
    properties.put("lethe.schema-registry-url", registryUrl().toString());
    properties.put("lethe.model-id", settings.modelId());
    // Instead of an identity provider's address: tokens are verified with this key alone.
    properties.put("quarkus.oidc.public-key", AccessKey.openOrCreate(directory).publicKey());
    properties.putAll(row.settings());
    properties.putAll(settings.overrides().getOrDefault(row.module(), Map.of()));
    properties.putAll(settings.overrides().getOrDefault(row.name(), Map.of()));
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-jar");
    command.add(installation.serviceJar(row.module()).toString());
    return new ServiceSpec(
        row.name(),
        URI.create(base(row.name())),
        URI.create(base(row.name()) + "/q/health/ready"),
        command,
        row.threads() == 0
            ? Map.of()
            : Map.of(
                "OMP_NUM_THREADS", String.valueOf(row.threads()), "OMP_WAIT_POLICY", "PASSIVE"),
        log(row.name()));
  }

  private List<String> jvm(int heapMebibytes) {
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.add("-Xmx" + heapMebibytes + "m");
    command.add("-XX:+UseSerialGC");
    if (!settings.shape().optimised()) {
      // Few cores start many JVMs at once: the quick compiler alone starts them in half the time.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    return command;
  }

  private String base(String name) {
    return "http://" + HOST + ":" + ports.get(name);
  }

  private Path log(String name) {
    return directory.logs().resolve(name + ".log");
  }
}
