package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A real broker and controller in a process of its own, which can be killed, paused and started
 * again. Services are told the address of a {@link FaultProxy}; the test itself has a listener that
 * no fault lies on.
 */
final class KafkaProcess implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String CLUSTER_ID = "bGV0aGUtZmF1bHRzLTAwMQ";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final int STOP_SECONDS = 30;

  private final Path folder;
  private final int directPort = FreePorts.take();
  private final FaultProxy proxy;
  private final FaultProxy proxyOfOne;
  private Process process;

  private KafkaProcess(Path folder) {
    this.folder = folder;
    int servicesPort = FreePorts.take();
    int portOfOne = FreePorts.take();
    this.proxy = FaultProxy.open(FreePorts.take(), servicesPort);
    this.proxyOfOne = FaultProxy.open(FreePorts.take(), portOfOne);
    write(servicesPort, portOfOne);
  }

  /** Formats a folder and starts a broker on it; returns when it answers. */
  static KafkaProcess start(Path folder) {
    KafkaProcess kafka = new KafkaProcess(folder);
    kafka.format();
    kafka.launch();
    kafka.awaitAnswer();
    return kafka;
  }

  /** Where services reach it, through the proxy. */
  String servicesAddress() {
    return HOST + ":" + proxy.port();
  }

  /** Where one service reaches it that is to be cut off from it alone, through another proxy. */
  String addressOfOne() {
    return HOST + ":" + proxyOfOne.port();
  }

  /** Where the test reaches it. */
  String directAddress() {
    return HOST + ":" + directPort;
  }

  /** The network between the services and the broker. */
  FaultProxy network() {
    return proxy;
  }

  /** The network between that one service and the broker. */
  FaultProxy networkOfOne() {
    return proxyOfOne;
  }

  /** Ends it at once, as kill -9 does. */
  void kill() {
    OwnedProcess.kill(process.pid());
  }

  /** Asks it to end in order, and waits. */
  void stop() {
    process.destroy();
    try {
      assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as("the broker ended").isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** Starts it again on what it left; returns when it answers. */
  void restart() {
    assertThat(process.isAlive()).as("the broker before").isFalse();
    launch();
    awaitAnswer();
  }

  Path folder() {
    return folder.resolve("data");
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      try {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
    proxy.close();
    proxyOfOne.close();
  }

  private void launch() {
    process = java("-Xmx512m", "kafka.Kafka", settingsFile().toString());
  }

  private void format() {
    Process formatting =
        java(
            "-Xmx128m",
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            CLUSTER_ID,
            "--config",
            settingsFile().toString());
    try {
      assertThat(formatting.waitFor())
          .as("the broker's folder is formatted; see " + log())
          .isZero();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private void awaitAnswer() {
    await("an answer of the broker; see " + log())
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(200))
        .until(this::answers);
  }

  private boolean answers() {
    assertThat(process.isAlive()).as("the broker lives; see " + log()).isTrue();
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                (Object) directAddress(),
                "request.timeout.ms",
                "2000",
                "default.api.timeout.ms",
                "2000"))) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private Process java(String heap, String main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                LetheCommand.HOME.resolve("services/operator-cli/target/lib") + "/*",
                main));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Path log() {
    return folder.resolve("broker.log");
  }

  private Path settingsFile() {
    return folder.resolve("server.properties");
  }

  private void write(int servicesPort, int portOfOne) {
    int controllerPort = FreePorts.take();
    String settings =
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=DIRECT
        listeners=SERVICES://127.0.0.1:%2$d,ONE://127.0.0.1:%6$d,DIRECT://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%1$d
        advertised.listeners=SERVICES://127.0.0.1:%4$d,ONE://127.0.0.1:%7$d,DIRECT://127.0.0.1:%3$d
        listener.security.protocol.map=SERVICES:PLAINTEXT,ONE:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%5$s
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=4
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=8388608
        """
            .formatted(
                controllerPort,
                servicesPort,
                directPort,
                proxy.port(),
                folder(),
                portOfOne,
                proxyOfOne.port());
    try {
      Files.createDirectories(folder);
      Files.writeString(settingsFile(), settings, StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
