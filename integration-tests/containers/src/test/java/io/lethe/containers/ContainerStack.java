package io.lethe.containers;

import static org.awaitility.Awaitility.await;

import io.lethe.schemas.TopicCreator;
import io.lethe.schemas.Topics;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.lethe.schemas.serde.SchemaPublisher;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.testcontainers.containers.Network;

/**
 * Three brokers, the schema registry, intake and the accumulator, each a container on one network.
 */
final class ContainerStack implements AutoCloseable {
  static final String REGISTRY = "schema-registry";
  static final String INTAKE = "deletion-intake";
  static final String ACCUMULATOR = "forget-set-accumulator";

  /** Brokers write to the engine's disk, which keeps what they wrote over a restart. */
  private static final int ENGINES_DISK = 0;

  private static final String STATE = "/var/lib/lethe";

  private static final String ACCUMULATOR_GROUP = "lethe-accumulator";
  private static final int REGISTRY_PORT = 8080;
  private static final int INTAKE_PORT = 8080;
  private static final int ACCUMULATOR_PORT = 8083;
  private static final String REGISTRY_PATH = "/apis/ccompat/v7";
  private static final String KEY_FILE = STATE + "/pseudonym.key";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final byte[] PSEUDONYM_KEY = new byte[32];

  /** Few cores start many JVMs: the quick compiler alone starts them in half the time. */
  private static final String JAVA_OPTIONS =
      "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError"
          + " -Dsun.net.inetaddr.ttl=5 -Dsun.net.inetaddr.negative.ttl=1"
          + " --enable-native-access=ALL-UNNAMED";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private static ContainerStack running;

  private final Network network = Network.newNetwork();
  private final Access access = new Access();
  private final List<Host> brokers;
  private final Host registry;
  private final Host intake;
  private final Host accumulator;
  private final String name;

  private ContainerStack(String name, int brokerMebibytes) {
    this.name = name;
    Map<String, String> images = Engine.images("kafka", REGISTRY, INTAKE, ACCUMULATOR);
    List<Integer> ports = freePorts(KafkaNode.NODES + 3);
    brokers =
        IntStream.rangeClosed(1, KafkaNode.NODES)
            .mapToObj(
                node -> broker(node, images.get("kafka"), ports.get(node - 1), brokerMebibytes))
            .toList();
    registry =
        new Host(REGISTRY, images.get(REGISTRY), network, ports.get(3), REGISTRY_PORT)
            .with("JAVA_OPTIONS", "-Xmx160m " + JAVA_OPTIONS)
            .with(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:h2:file:/var/lib/lethe/registry;DB_CLOSE_ON_EXIT=FALSE")
            .with("QUARKUS_DATASOURCE_JDBC_INITIAL_SIZE", "1")
            .with("QUARKUS_DATASOURCE_JDBC_MIN_SIZE", "1")
            .with("QUARKUS_DATASOURCE_JDBC_MAX_SIZE", "4")
            // Its default of 5 s ends the registry where many JVMs start at once.
            .with("QUARKUS_DATASOURCE_JDBC_ACQUISITION_TIMEOUT", "60S");
    intake =
        service(new Host(INTAKE, images.get(INTAKE), network, ports.get(4), INTAKE_PORT))
            // Grows to this at the full load alone, whose requests it all remembers.
            .with("JAVA_OPTIONS", "-Xmx512m " + JAVA_OPTIONS)
            .with("LETHE_REQUESTS_MAX", "400000")
            .with("LETHE_PSEUDONYM_KEY_FILE", KEY_FILE)
            .withFile(KEY_FILE, Base64.getEncoder().encodeToString(PSEUDONYM_KEY) + "\n");
    accumulator =
        service(
                new Host(
                    ACCUMULATOR, images.get(ACCUMULATOR), network, ports.get(5), ACCUMULATOR_PORT))
            .with("JAVA_OPTIONS", "-Xmx256m " + JAVA_OPTIONS)
            .with("LETHE_STATE_DIRECTORY", STATE + "/state")
            .with("LETHE_DATA_KEY_FOLDER", STATE + "/data-keys")
            .with("LETHE_SAMPLE_RULE_HISTORY_MIN", "3")
            .with("LETHE_SAMPLE_RULE_LIKED_ABOVE", "6")
            .with("LETHE_SAMPLE_RULE_TRAIN_UNTIL", "2025-01-01T00:00:00Z");
  }

  /** The stack that tests share, started once; skips the test where there is no engine. */
  static synchronized ContainerStack shared() {
    Engine.require();
    if (running == null) {
      running = start("shared", ENGINES_DISK);
    }
    return running;
  }

  /**
   * A stack for one test, which closes it.
   *
   * @param brokerMebibytes size of each broker's disk
   */
  static ContainerStack start(String name, int brokerMebibytes) {
    ContainerStack stack = new ContainerStack(name, brokerMebibytes);
    // Nothing else removes containers when the run is ended from outside; closing twice does no
    // harm.
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-containers"));
    try {
      stack.begin();
    } catch (RuntimeException | Error failure) {
      stack.close();
      throw failure;
    }
    return stack;
  }

  private static Host service(Host host) {
    return host.with("KAFKA_BOOTSTRAP_SERVERS", KafkaNode.internalBootstrap())
        .with(
            "LETHE_SCHEMA_REGISTRY_URL", "http://" + REGISTRY + ":" + REGISTRY_PORT + REGISTRY_PATH)
        .with("LETHE_MODEL_ID", "recommender");
  }

  private Host broker(int node, String image, int port, int mebibytes) {
    Host host =
        new Host(KafkaNode.name(node), image, network, port, KafkaNode.CLIENT_PORT)
            .with("JAVA_OPTIONS", "-Xmx256m " + JAVA_OPTIONS);
    String data = KafkaNode.DATA;
    if (mebibytes != ENGINES_DISK) {
      data = Host.DISK;
      host.withDisk(mebibytes);
    }
    return host.with("DATA", data)
        .withFile(KafkaNode.SETTINGS, KafkaNode.settings(node, host.address(), data));
  }

  private void begin() {
    intake.with("QUARKUS_OIDC_PUBLIC_KEY", access.publicKey());
    accumulator.with("QUARKUS_OIDC_PUBLIC_KEY", access.publicKey());
    Host.begin(Stream.concat(Stream.of(registry), brokers.stream()).toList());
    await("three brokers")
        .atMost(START_TIMEOUT)
        .failFast("a broker ended; see its log", () -> !brokers.stream().allMatch(Host::isRunning))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> liveNodes() == KafkaNode.NODES);
    try (Admin admin = admin()) {
      TopicCreator.createMissing(admin, (short) KafkaNode.NODES);
    }
    awaitRegistry();
    SchemaPublisher.publish(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl()));
    Host.begin(List.of(intake, accumulator));
    awaitReady(START_TIMEOUT);
  }

  Host registry() {
    return registry;
  }

  Host intake() {
    return intake;
  }

  Host accumulator() {
    return accumulator;
  }

  List<Host> brokers() {
    return brokers;
  }

  /** The broker with this number, from 1. */
  Host broker(int node) {
    return brokers.get(node - 1);
  }

  String bootstrapServers() {
    return brokers.stream().map(Host::address).collect(Collectors.joining(","));
  }

  String registryUrl() {
    return "http://" + registry.address() + REGISTRY_PATH;
  }

  String producerToken() {
    return access.producerToken();
  }

  SubjectPseudonymizer pseudonymizer() {
    return new SubjectPseudonymizer(PSEUDONYM_KEY);
  }

  /** The number of the broker that leads the partition in which forget sets are closed. */
  int leaderOfForgetSets() {
    try (Admin admin = admin()) {
      return describe(admin, List.of(Topics.FORGET_SET_CLOSED.name()))
          .iterator()
          .next()
          .partitions()
          .get(0)
          .leader()
          .id();
    }
  }

  /** The number of the controller that leads the quorum. */
  int activeController() {
    try (Admin admin = admin()) {
      return answer(admin.describeMetadataQuorum().quorumInfo()).leaderId();
    }
  }

  /** Waits until every copy of every partition is in sync again. */
  void awaitInSync(Duration timeout) {
    await("every copy in sync")
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(this::isInSync);
  }

  /** Waits until the registry answers. */
  void awaitRegistry() {
    await(REGISTRY)
        .atMost(START_TIMEOUT)
        .failFast("the schema registry ended; see its log", () -> !registry.isRunning())
        .until(() -> status(registry, REGISTRY_PATH + "/subjects") == 200);
  }

  /** Waits until the accumulator has read a topic to its end as it is now. */
  void awaitRead(String topic, Duration timeout) {
    await("the accumulator at the end of " + topic)
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> isRead(topic));
  }

  /** Waits until intake and the accumulator say that they are ready. */
  void awaitReady(Duration timeout) {
    for (Host service : List.of(intake, accumulator)) {
      await(service.name() + " ready")
          .atMost(timeout)
          .pollInterval(Duration.ofMillis(500))
          .failFast(service.name() + " ended; see its log", () -> !service.isRunning())
          .until(() -> status(service, "/q/health/ready") == 200);
    }
  }

  /** An HTTP status, or 0 while nothing answers. */
  int status(Host host, String path) {
    try {
      return CLIENT
          .send(
              HttpRequest.newBuilder(URI.create("http://" + host.address() + path))
                  .timeout(ANSWER_TIMEOUT)
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException away) {
      return 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    Path logs = Path.of("target", "containers", name);
    Stream.of(List.of(intake, accumulator), List.of(registry), brokers)
        .flatMap(List::stream)
        .forEach(host -> host.close(logs));
    network.close();
  }

  private boolean isInSync() {
    try (Admin admin = admin()) {
      return describe(admin, answer(admin.listTopics().names())).stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(one -> one.isr().size() == one.replicas().size());
    }
  }

  private boolean isRead(String topic) {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetSpec> partitions =
          describe(admin, List.of(topic)).stream()
              .flatMap(one -> one.partitions().stream())
              .collect(
                  Collectors.toMap(
                      one -> new TopicPartition(topic, one.partition()),
                      one -> OffsetSpec.latest()));
      Map<TopicPartition, OffsetAndMetadata> read =
          answer(
              admin
                  .listConsumerGroupOffsets(ACCUMULATOR_GROUP)
                  .partitionsToOffsetAndMetadata(ACCUMULATOR_GROUP));
      return answer(admin.listOffsets(partitions).all()).entrySet().stream()
          .allMatch(
              end ->
                  end.getValue().offset() == 0
                      || read.containsKey(end.getKey())
                          && read.get(end.getKey()).offset() >= end.getValue().offset());
    }
  }

  private int liveNodes() {
    try (Admin admin = admin()) {
      return answer(admin.describeCluster().nodes()).size();
    } catch (IllegalStateException starting) {
      return 0;
    }
  }

  private static Collection<TopicDescription> describe(Admin admin, Collection<String> topics) {
    return answer(admin.describeTopics(topics).allTopicNames()).values();
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrapServers(),
            "request.timeout.ms", "5000",
            "default.api.timeout.ms", "15000"));
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException away) {
      throw new IllegalStateException("the cluster gave no answer", away);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException open) {
          throw new UncheckedIOException(open);
        }
      }
    }
  }
}
