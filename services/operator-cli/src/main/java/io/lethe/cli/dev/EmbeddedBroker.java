package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One real Kafka broker and controller inside this process, for development. */
public final class EmbeddedBroker implements AutoCloseable {
  /** The same for every development stack: a restart on the same folder must find its own id. */
  private static final String CLUSTER_ID = "bGV0aGUtZGV2LWNsdXN0ZQ";

  private static final int NODE_ID = 1;
  private static final String HOST = "127.0.0.1";

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Formats the folder where it is new, and starts. Returns when the broker answers.
   *
   * @param folder log and metadata folder
   * @param port for clients
   * @param controllerPort for the broker's own controller
   */
  public static EmbeddedBroker start(Path folder, int port, int controllerPort) {
    try {
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(CLUSTER_ID)
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          // It reports on standard output, which belongs to the command's result.
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .run();
      KafkaConfig config = new KafkaConfig(properties(folder, port, controllerPort), false);
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, HOST + ":" + port);
    } catch (Exception failure) {
      throw new CliException(
          "the broker did not start (" + failure.getMessage() + ")",
          "see logs/broker.log in the data directory; a fresh --data-dir always starts",
          failure);
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops with the marker of a clean shutdown, without which the next start takes 10 s longer. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties properties(Path folder, int port, int controllerPort) {
    Properties properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", String.valueOf(NODE_ID)),
            Map.entry("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("inter.broker.listener.name", "CLIENT"),
            Map.entry(
                "listeners",
                "CLIENT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort),
            Map.entry("advertised.listeners", "CLIENT://" + HOST + ":" + port),
            Map.entry("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("log.dirs", folder.toString()),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "4"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            // The default takes 128 MiB of heap.
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608")));
    return properties;
  }
}
