package io.lethe.serving;

import io.lethe.engine.DefaultBase;
import io.lethe.schemas.TopicCreator;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker with our topics, a registry in memory, and the default base as the recommender. */
public final class EmbeddedStack implements QuarkusTestResourceLifecycleManager {
  static final String REGISTRY = "mock://serving-it";
  private static final String HOST = "127.0.0.1";
  private static KafkaRaftServer broker;

  /** Takes the broker away, as a cut network would. */
  static void stopBroker() {
    if (broker != null) {
      broker.shutdown();
      broker.awaitShutdown();
      broker = null;
    }
  }

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("serving-it");
      String bootstrapServers = startBroker(Files.createDirectory(folder.resolve("broker")));
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
        TopicCreator.createMissing(admin, (short) 1);
      }
      return Map.ofEntries(
          Map.entry("kafka.bootstrap.servers", bootstrapServers),
          Map.entry("lethe.schema-registry-url", REGISTRY),
          Map.entry("lethe.replica-id", "server-it"),
          Map.entry("quarkus.oidc.public-key", Tokens.publicKey()),
          Map.entry(
              "lethe.recommender-folder", DefaultBase.unpack(Path.of("target", "base")).toString()),
          Map.entry(
              "lethe.artefact-store", Files.createDirectory(folder.resolve("store")).toString()),
          Map.entry("lethe.catalog-timeout", "10s"),
          Map.entry("lethe.catalog-probe-interval", "500ms"),
          Map.entry("lethe.load-retry-first", "100ms"),
          Map.entry("lethe.load-retry-max", "500ms"),
          Map.entry("quarkus.http.test-port", "0"),
          Map.entry("quarkus.log.category.\"kafka\".level", "WARN"),
          Map.entry(
              "quarkus.log.category.\"org.apache.kafka.clients.NetworkClient\".level", "ERROR"),
          Map.entry("quarkus.log.category.\"state.change.logger\".level", "WARN"));
    } catch (Exception failure) {
      throw new IllegalStateException("The embedded stack did not start.", failure);
    }
  }

  @Override
  public void stop() {
    stopBroker();
  }

  private static String startBroker(Path folder) throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    new Formatter()
        .setNodeId(1)
        .setClusterId("bGV0aGUtc2VydmluZy1pdA")
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .run();
    Properties properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.quorum.voters", "1@" + HOST + ":" + controllerPort),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("inter.broker.listener.name", "CLIENT"),
            Map.entry(
                "listeners",
                "CLIENT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort),
            Map.entry("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("log.dirs", folder.toString()),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "2"),
            // The default takes 128 MiB of heap.
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608")));
    broker = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    broker.startup();
    return HOST + ":" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }
}
