package io.lethe.cli.access;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker that asks for SCRAM logins and allows nothing that no list allows. */
final class SecuredBroker implements AutoCloseable {
  static final String ADMIN = "admin";
  private static final String HOST = "127.0.0.1";
  private static final String CLUSTER_ID = "bGV0aGUtYWNscy10ZXN0MA";

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private SecuredBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  static SecuredBroker start(Path folder, List<String> principals) throws Exception {
    List<String> logins = new ArrayList<>();
    List<String> names = new ArrayList<>(principals);
    names.add(ADMIN);
    names.forEach(
        name -> logins.add("SCRAM-SHA-512=[name=" + name + ",password=" + password(name) + "]"));
    new Formatter()
        .setNodeId(1)
        .setClusterId(CLUSTER_ID)
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setScramArguments(logins)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .run();
    int port = freePort();
    KafkaRaftServer server =
        new KafkaRaftServer(
            new KafkaConfig(properties(folder, port, freePort()), false), Time.SYSTEM);
    server.startup();
    return new SecuredBroker(server, HOST + ":" + port);
  }

  /** What a client of that name is configured by, beyond its ordinary settings. */
  Map<String, String> login(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", "SCRAM-SHA-512");
    settings.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
            + name
            + "\" password=\""
            + password(name)
            + "\";");
    return settings;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static String password(String name) {
    return "secret-of-" + name;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Properties properties(Path folder, int port, int controllerPort) {
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
            Map.entry("advertised.listeners", "CLIENT://" + HOST + ":" + port),
            Map.entry(
                "listener.security.protocol.map", "CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
            Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
            Map.entry(
                "listener.name.client.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                    + ADMIN
                    + "\" password=\""
                    + password(ADMIN)
                    + "\";"),
            Map.entry(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
            // The controller's listener is this process's own, without logins.
            Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"),
            Map.entry("allow.everyone.if.no.acl.found", "false"),
            Map.entry("log.dirs", folder.toString()),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608")));
    return properties;
  }
}
