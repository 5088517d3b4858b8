package io.lethe.containers;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a node of the test's cluster is told: broker and controller in one, three copies, two in
 * sync.
 */
final class KafkaNode {
  static final String SETTINGS = "/etc/kafka/server.properties";
  static final String DATA = "/var/lib/kafka";

  static final int CLIENT_PORT = 9092;
  private static final int INTERNAL_PORT = 9093;
  private static final int CONTROLLER_PORT = 9094;
  static final int NODES = 3;

  private KafkaNode() {}

  /** A node's name on the network. */
  static String name(int node) {
    return "broker-" + node;
  }

  /** Where services on the network begin. */
  static String internalBootstrap() {
    return all("", INTERNAL_PORT);
  }

  /**
   * The settings of a node that clients outside reach at this address and that keeps its data
   * there. Its registration may take as long as the stack's start: by default a broker ends after a
   * minute without a controller, which many JVMs that start on few cores can take.
   */
  static String settings(int node, String address, String data) {
    return """
    process.roles=broker,controller
    node.id=%1$d
    controller.quorum.voters=%2$s
    controller.listener.names=CONTROLLER
    inter.broker.listener.name=INTERNAL
    listeners=CLIENT://:%3$d,INTERNAL://:%4$d,CONTROLLER://:%5$d
    advertised.listeners=CLIENT://%6$s,INTERNAL://%7$s:%4$d
    listener.security.protocol.map=CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs=%8$s
    auto.create.topics.enable=false
    default.replication.factor=3
    min.insync.replicas=2
    offsets.topic.replication.factor=3
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=3
    transaction.state.log.min.isr=2
    transaction.state.log.num.partitions=4
    share.coordinator.state.topic.replication.factor=3
    share.coordinator.state.topic.min.isr=2
    share.coordinator.state.topic.num.partitions=4
    group.initial.rebalance.delay.ms=0
    initial.broker.registration.timeout.ms=300000
    num.network.threads=2
    num.io.threads=4
    log.cleaner.dedupe.buffer.size=8388608
    """
        .formatted(
            node,
            all("@", CONTROLLER_PORT),
            CLIENT_PORT,
            INTERNAL_PORT,
            CONTROLLER_PORT,
            address,
            name(node),
            data);
  }

  /** Every node's address, with its number before it where a sign is given. */
  private static String all(String sign, int port) {
    return IntStream.rangeClosed(1, NODES)
        .mapToObj(node -> (sign.isEmpty() ? "" : node + sign) + name(node) + ":" + port)
        .collect(Collectors.joining(","));
  }
}
