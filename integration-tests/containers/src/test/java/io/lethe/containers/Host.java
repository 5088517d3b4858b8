package io.lethe.containers;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * One container in the part of a machine: it can be killed, stopped, paused and cut off, and goes
 * on afterwards with the disk it had. Its port on this machine stays the same, whatever happens.
 */
final class Host implements AutoCloseable {
  /** No image has it: a disk over a folder of the image would get that folder's rights. */
  static final String DISK = "/disk";

  private static final Duration STATE_TIMEOUT = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 60;
  private static final int OWNER_ID = 1000;
  private static final int OWNER_ONLY = 0400;

  private final String name;
  private final Network network;
  private final int port;
  private final Machine container;

  /** The container as Testcontainers knows it, with files given to it before it starts. */
  private static final class Machine extends GenericContainer<Machine> {
    private final Map<String, String> files = new LinkedHashMap<>();

    Machine(String image) {
      super(DockerImageName.parse(image));
    }

    @Override
    protected void containerIsCreated(String containerId) {
      files.forEach((path, text) -> give(containerId, path, text));
    }

    /** Copies a text that only the user of our images may read. */
    private void give(String containerId, String path, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
        TarArchiveEntry entry = new TarArchiveEntry(Path.of(path).getFileName().toString());
        entry.setSize(bytes.length);
        entry.setMode(OWNER_ONLY);
        entry.setIds(OWNER_ID, OWNER_ID);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      getDockerClient()
          .copyArchiveToContainerCmd(containerId)
          .withTarInputStream(new ByteArrayInputStream(archive.toByteArray()))
          .withRemotePath(Path.of(path).getParent().toString())
          .exec();
    }
  }

  /**
   * @param name by which others on the network find it
   * @param containerPort published as this port of this machine
   */
  Host(String name, String image, Network network, int port, int containerPort) {
    this.name = name;
    this.network = network;
    this.port = port;
    container =
        new Machine(image)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withExposedPorts(containerPort)
            // A published port that is drawn anew at each start would change what a broker says its
            // address is.
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .getHostConfig()
                        .withPortBindings(
                            new PortBinding(
                                Ports.Binding.bindPort(port), new ExposedPort(containerPort))))
            .withImagePullPolicy(image0 -> false)
            // What ready means, the stack decides: it knows the protocol.
            .waitingFor(
                new AbstractWaitStrategy() {
                  @Override
                  protected void waitUntilReady() {}
                });
  }

  Host with(String variable, String value) {
    container.withEnv(variable, value);
    return this;
  }

  Host withFile(String path, String text) {
    container.files.put(path, text);
    return this;
  }

  /** Adds {@link #DISK}, a disk that is full at so many mebibytes and lost at a restart. */
  Host withDisk(int mebibytes) {
    container.withTmpFs(Map.of(DISK, "rw,mode=1777,size=" + mebibytes + "m"));
    // At its second start the disk is root's alone, since the engine takes the rights of the folder
    // that it made at the first.
    container.withCreateContainerCmdModifier(command -> command.withUser("0:0"));
    return this;
  }

  /** Makes and starts hosts, all at once. */
  static void begin(List<Host> hosts) {
    Startables.deepStart(hosts.stream().map(host -> host.container)).join();
  }

  String name() {
    return name;
  }

  /** Its address for this machine. */
  String address() {
    return Engine.host() + ":" + port;
  }

  /** Ends it at once, as a lost machine does. */
  void kill() {
    docker().killContainerCmd(id()).exec();
    awaitRunning(false);
  }

  /** Asks it to stop, and waits until it has. */
  void stop() {
    docker().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
    awaitRunning(false);
  }

  /** Starts it again on its disk. */
  void start() {
    docker().startContainerCmd(id()).exec();
    awaitRunning(true);
  }

  /** Lets it stand still, connections and all. */
  void pause() {
    docker().pauseContainerCmd(id()).exec();
  }

  void unpause() {
    docker().unpauseContainerCmd(id()).exec();
  }

  /** Takes it off the network; nobody is told. */
  void cutOff() {
    docker()
        .disconnectFromNetworkCmd()
        .withContainerId(id())
        .withNetworkId(network.getId())
        .withForce(true)
        .exec();
  }

  /** Puts it back on the network, with another address under the same name. */
  void rejoin() {
    docker()
        .connectToNetworkCmd()
        .withContainerId(id())
        .withNetworkId(network.getId())
        .withContainerNetwork(new ContainerNetwork().withAliases(name))
        .exec();
  }

  boolean isRunning() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  /** When its process last started, as the engine tells it; another text after each start. */
  String startedAt() {
    return state().getStartedAt();
  }

  /** Runs a shell line in it; returns what it wrote. */
  String run(String line) {
    try {
      return container.execInContainer("/bin/sh", "-c", line).getStdout();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** All that it wrote so far, over all its starts. */
  String log() {
    return container.getLogs();
  }

  /** Keeps its log and removes it. */
  void close(Path logs) {
    if (container.getContainerId() == null) {
      return;
    }
    try {
      Files.createDirectories(logs);
      Files.writeString(logs.resolve(name + ".log"), log());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    container.stop();
  }

  private ContainerState state() {
    return docker().inspectContainerCmd(id()).exec().getState();
  }

  private void awaitRunning(boolean running) {
    await(name + (running ? " running" : " stopped"))
        .atMost(STATE_TIMEOUT)
        .until(() -> isRunning() == running);
  }

  private String id() {
    return container.getContainerId();
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }
}
