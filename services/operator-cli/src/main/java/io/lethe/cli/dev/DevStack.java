package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.Logs;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.ProcessLifecycle.State;
import io.lethe.cli.dev.ProcessLifecycle.Transition;
import io.lethe.schemas.TopicCreator;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.lethe.schemas.serde.SchemaPublisher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Broker, schema registry and services, started and stopped together. The broker lives in this
 * process unless one is named that runs already, everything else in children that are started again
 * when they die.
 *
 * <p>Call {@link #startBackbone}, then what needs topics but no services, then {@link
 * #startServices}; {@link #close} stops whatever was started.
 */
public final class DevStack implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final short ONE_REPLICA = 1;

  private final Installation installation;
  private final DataDirectory directory;
  private final Console console;
  private final Clock clock;
  private final List<SupervisedProcess> processes = new ArrayList<>();
  private Map<String, Integer> ports;
  private Instant startedAt;
  private DirectoryLock lock;
  private EmbeddedBroker broker;
  private StackSettings settings;
  private boolean stopping;

  public DevStack(
      Installation installation, DataDirectory directory, Console console, Clock clock) {
    this.installation = installation;
    this.directory = directory;
    this.console = console;
    this.clock = clock;
  }

  /** Starts broker and registry and creates the topics; returns when all three answer. */
  public void startBackbone(StackSettings stackSettings) {
    settings = stackSettings;
    startedAt = clock.instant();
    lock = DirectoryLock.acquire(directory);
    Logs.toFile(directory.logs().resolve("broker.log"));
    new Leftovers(directory, console).end();
    ports = Ports.choose(ServiceTable.names(settings), settings.ports(), portsBefore());
    ServiceTable table = table();
    // The registry takes longest and needs nobody, so it starts beside the broker.
    SupervisedProcess registry = start(table.registry());
    if (settings.kafka().isEmpty()) {
      EmbeddedBroker started =
          EmbeddedBroker.start(
              directory.kafka(),
              ports.get(ServiceTable.BROKER),
              ports.get(ServiceTable.CONTROLLER));
      synchronized (this) {
        broker = started;
      }
    }
    createTopics();
    registry.awaitReady(settings.readyTimeout());
    // With every schema there from the start, clients that never register any can write, too.
    SchemaPublisher.publish(
        Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, table.registryUrl().toString()));
    writeState();
  }

  private void createTopics() {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", (Object) table().bootstrapServers()))) {
      TopicCreator.createMissing(admin, ONE_REPLICA);
    } catch (IllegalStateException refused) {
      throw new CliException(
          "the topics were not created (" + refused.getMessage() + ")",
          settings.kafka().isEmpty()
              ? "choose a fresh --data-dir"
              : "see that --kafka names a broker that answers",
          refused);
    }
  }

  /** Starts every service and returns when all are ready. */
  public void startServices() {
    List<SupervisedProcess> started = table().services().stream().map(this::start).toList();
    try (ProgressDisplay progress =
        console.progress("Starting services", "ready", Math.max(1, started.size()))) {
      int ready = 0;
      for (SupervisedProcess process : started) {
        progress.note(process.spec().name());
        process.awaitReady(settings.readyTimeout());
        progress.stepTo(++ready);
      }
      progress.note("");
    }
    writeState();
    keepLedgerKey();
  }

  /**
   * Stops one service, until {@link #startService} starts it again; the rest goes on.
   *
   * @throws CliException when the stack runs no such service
   */
  public void stopService(String name) {
    SupervisedProcess process;
    synchronized (this) {
      process =
          processes.stream()
              .filter(one -> one.spec().name().equals(name))
              .findFirst()
              .orElseThrow(() -> new CliException("no " + name + " runs", "check the name"));
      processes.remove(process);
    }
    process.askToStop();
    process.awaitStopped(STOP_TIMEOUT);
    writeState();
  }

  /** Starts one service of the stack's shape, and returns when it is ready. */
  public void startService(String name) {
    ServiceSpec spec =
        table().services().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new CliException("the stack has no service " + name, "check the name"));
    start(spec).awaitReady(settings.readyTimeout());
    writeState();
  }

  /** Receipts are to be verified without the ledger, so its public key is kept beside the data. */
  private void keepLedgerKey() {
    JsonHttp http = new JsonHttp(TokenOption.signed(directory, clock, Roles.AUDITOR));
    for (DevState.Service ledger : state().servicesNamed("erasure-ledger")) {
      try {
        String key = http.get(ledger.url() + "/v1/public-key").body().toString();
        Files.writeString(directory.ledgerPublicKeyFile(), key + "\n");
      } catch (IOException | CliException failure) {
        // Everything else works without it, and lethe verify takes the key as an option.
        console.notice("The ledger's public key was not kept (" + failure.getMessage() + ")");
      }
    }
  }

  /** Settings for a consumer of bytes on this stack, with a group of its own. */
  public Map<String, Object> consumerSettings(String groupId) {
    return KafkaSettings.bytesConsumer(table().bootstrapServers(), groupId);
  }

  /** Settings for a Kafka producer on this stack. */
  public Map<String, Object> producerSettings(String clientId) {
    return KafkaSettings.producer(
        table().bootstrapServers(), table().registryUrl().toString(), clientId);
  }

  /** What runs now. */
  public synchronized DevState state() {
    ServiceTable table = table();
    return new DevState(
        directory.root().toString(),
        ProcessHandle.current().pid(),
        startedAt.toString(),
        settings.modelId(),
        table.bootstrapServers(),
        ports.get(ServiceTable.CONTROLLER),
        table.registryUrl().toString(),
        settings.recommender().toString(),
        processes.stream().map(DevStack::describe).toList());
  }

  /** Stops services, then the registry, the broker last with its marker of a clean shutdown. */
  @Override
  public void close() {
    List<SupervisedProcess> services;
    synchronized (this) {
      if (stopping) {
        return;
      }
      stopping = true;
      services = List.copyOf(processes);
    }
    List<SupervisedProcess> ours =
        services.stream().filter(one -> !one.spec().name().equals(ServiceTable.REGISTRY)).toList();
    stop(ours);
    stop(services.stream().filter(one -> !ours.contains(one)).toList());
    if (broker != null) {
      broker.close();
    }
    if (lock != null) {
      if (!services.isEmpty()) {
        writeState();
      }
      lock.close();
    }
  }

  private static void stop(List<SupervisedProcess> processes) {
    processes.forEach(SupervisedProcess::askToStop);
    processes.forEach(process -> process.awaitStopped(STOP_TIMEOUT));
  }

  private SupervisedProcess start(ServiceSpec spec) {
    SupervisedProcess process =
        new SupervisedProcess(
            spec, new HttpProbe(spec.readyUri()), clock, moved -> tell(spec, moved));
    synchronized (this) {
      if (stopping) {
        throw new CliException("the stack is being stopped", "start it again");
      }
      processes.add(process);
    }
    process.start();
    return process;
  }

  private void tell(ServiceSpec spec, Transition moved) {
    if (moved.to() == State.RESTARTING) {
      console.notice(spec.name() + " died and is started again; its log is " + spec.log());
    } else if (moved.to() == State.GIVEN_UP) {
      console.notice(
          spec.name()
              + " died too often and is not started again; see "
              + spec.log()
              + ", then restart the stack");
    } else if (moved.to() == State.READY || moved.to() == State.STARTING) {
      writeState();
    }
  }

  private synchronized void writeState() {
    state().write(directory);
  }

  private ServiceTable table() {
    return new ServiceTable(installation, directory, settings, ports);
  }

  private Map<String, Integer> portsBefore() {
    Map<String, Integer> before = new HashMap<>();
    DevState.find(directory)
        .ifPresent(
            state -> {
              before.put(ServiceTable.BROKER, portOf("//" + state.bootstrapServers()));
              before.put(ServiceTable.CONTROLLER, state.controllerPort());
              state.services().forEach(one -> before.put(one.name(), portOf(one.url())));
            });
    return before;
  }

  private static int portOf(String url) {
    return Math.max(0, URI.create(url).getPort());
  }

  private static DevState.Service describe(SupervisedProcess process) {
    long pid = process.pid();
    long began =
        ProcessHandle.of(pid)
            .flatMap(handle -> handle.info().startInstant())
            .map(Instant::toEpochMilli)
            .orElse(0L);
    return new DevState.Service(
        process.spec().name(),
        process.spec().url().toString(),
        pid,
        process.state().name(),
        process.spec().log().toString(),
        began);
  }
}
