package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.Json;
import io.lethe.cli.Percentile;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.access.AccessKey;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.DevState;
import io.lethe.cli.dev.Installation;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.serde.AvroDeserializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * One run on a started stack. The phases follow one another, so that what is timed has the machine
 * to itself: history, HTTP without the accumulators, forget sets at a steady rate, then
 * producer-perf and the Kafka door without the accumulators, and last the accumulators on what has
 * gathered.
 */
final class StreamBench {
  static final String INTAKE = "deletion-intake";
  static final String ACCUMULATOR = "forget-set-accumulator";

  private static final String ACCUMULATOR_GROUP = "lethe-accumulator";
  private static final String PERF_TOPIC = "bench.producer-perf";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int P50 = 50;
  private static final int P99 = 99;

  /** The share of a phase that warms up what it measures: one in this many. */
  private static final int WARM_UP_PART = 2;

  /** One for the whole load: to sign another for each request would be measured with it. */
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(6);

  private final Console console;
  private final Clock clock;
  private final StreamSettings settings;
  private final Map<String, String> producerSettings;
  private final Installation installation;
  private final DataDirectory directory;
  private final DevStack stack;
  private final MadeUpSubjects subjects;
  private final Backlog backlog;

  /**
   * @param producerSettings what intake's producer is set to, for producer-perf
   * @param stack with its backbone and services started
   */
  StreamBench(
      Console console,
      Clock clock,
      StreamSettings settings,
      Map<String, String> producerSettings,
      Installation installation,
      DataDirectory directory,
      DevStack stack,
      MadeUpSubjects subjects) {
    this.console = console;
    this.clock = clock;
    this.settings = settings;
    this.producerSettings = producerSettings;
    this.installation = installation;
    this.directory = directory;
    this.stack = stack;
    this.subjects = subjects;
    this.backlog = new Backlog(console, clock, this::intakeCpuMicros);
  }

  StreamFigures run() {
    Tally closed = new Tally(settings);
    Map<String, Object> admin = Map.of("bootstrap.servers", stack.state().bootstrapServers());
    try (Admin client = Admin.create(admin);
        RecordLoad load = new RecordLoad(stack.producerSettings("bench"), clock);
        ForgetSetWatch watch =
            new ForgetSetWatch(
                stack.consumerSettings("bench-watch"),
                stack.producerSettings("bench-watch"),
                closed,
                clock)) {
      return measure(new Offsets(client), client, load, watch, closed);
    }
  }

  private StreamFigures measure(
      Offsets offsets, Admin admin, RecordLoad load, ForgetSetWatch watch, Tally closed) {
    double historyPerSecond = loadHistory(offsets, load);
    eachAccumulator(stack::stopService);
    long stateBytes = stateBytes();
    tell("%.0f history records a second, state of %d MiB", historyPerSecond, stateBytes >> 20);
    HttpLoad.Outcome http = http();
    tell("%.0f accepted a second over HTTP", http.perSecond());
    eachAccumulator(stack::startService);
    awaitClosed(watch, settings.httpRequests());
    steady(load);
    awaitClosed(watch, settings.httpRequests() + settings.latencyRequests());

    eachAccumulator(stack::stopService);
    eachIntake(stack::stopService);
    Payloads payloads = payloads();
    double perf = producerPerf(admin, payloads);
    tell("%.0f records a second by producer-perf", perf);
    Backlog.Stretch kafka = kafka(offsets, load);
    tell(
        "%.0f accepted a second through Kafka, %.2f of producer-perf; %.0f us of intake's"
            + " processor time each",
        kafka.perSecond(), kafka.perSecond() / perf, kafka.cpuMicros());
    Backlog.Mark backlogBegan = backlog.mark(watch::distinct);
    eachAccumulator(stack::startService);
    // The start of the accumulators is no part of their rate.
    double closedPerSecond =
        backlog
            .measure(
                "Requests in closed forget sets",
                backlogBegan,
                watch::distinct,
                backlogBegan.done() + 1,
                settings.requests())
            .perSecond();

    Accepted accepted = accepted();
    double[] waits =
        watch.latencyClosings().stream()
            .filter(closing -> closing.trigger() == CloseTrigger.SIZE)
            .mapToDouble(closing -> closing.visibleAtMillis() - accepted.atMillis[closing.index()])
            .sorted()
            .toArray();
    ForgetSetWatch.Seen seen = watch.seen();
    return new StreamFigures(
        settings,
        historyPerSecond,
        stateBytes,
        http.perSecond(),
        http.sentAgain(),
        Percentile.of(waits, P50),
        Percentile.of(waits, P99),
        waits.length,
        perf,
        kafka.perSecond(),
        kafka.cpuMicros(),
        closedPerSecond,
        payloads.meanBytes(),
        residentMiB(),
        topicMiB(),
        new StreamCounts(
            settings.requests(),
            settings.submissions(),
            accepted.tally.distinct(),
            accepted.tally.repeated(),
            closed.distinct(),
            closed.repeated(),
            accepted.tally.strange() + closed.strange(),
            seen.inSequence(),
            seen.samples(),
            seen.setsByTrigger(),
            deadLetters(offsets)),
        conditions());
  }

  private void tell(String format, Object... figures) {
    console.notice(String.format(Locale.ROOT, format, figures));
  }

  private double loadHistory(Offsets offsets, RecordLoad load) {
    long records = (long) settings.subjects() * (settings.interactions() + 1);
    long began = System.nanoTime();
    try (ProgressDisplay progress = console.progress("Sending histories", "records", records)) {
      load.send(subjects, settings.subjects(), settings.interactions(), progress);
    }
    backlog.await(
        "Accumulating histories",
        records,
        () ->
            offsets.read(ACCUMULATOR_GROUP, Topics.INTERACTION_RECORDED)
                + offsets.read(ACCUMULATOR_GROUP, Topics.PROFILE_SUBJECT));
    return records * NANOS_PER_SECOND / (System.nanoTime() - began);
  }

  private HttpLoad.Outcome http() {
    List<String> intakes =
        stack.state().servicesNamed(INTAKE).stream().map(DevState.Service::url).toList();
    try (ProgressDisplay progress =
        console.progress("Requests over HTTP", "accepted", settings.httpRequests())) {
      String token =
          AccessKey.openOrCreate(directory)
              .token(TokenOption.NAME, List.of(Roles.PRODUCER), clock.instant(), TOKEN_LIFETIME);
      return new HttpLoad(intakes, token, this::body)
          .run(
              settings.httpRequests(),
              settings.httpRequests() / WARM_UP_PART,
              settings.connections(),
              progress);
    }
  }

  private String body(int index) {
    return "{\"requestId\": \""
        + Phase.HTTP.requestId(index)
        + "\", \"subject\": \""
        + subjects.account(subjectOf(Phase.HTTP, index))
        + "\", \"scope\": {\"kind\": \"ALL\"}, \"regime\": \"GDPR\"}";
  }

  private void steady(RecordLoad load) {
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / settings.latencyPerSecond();
    long began = System.nanoTime();
    try (ProgressDisplay progress =
        console.progress("Requests at a steady rate", "sent", settings.latencyRequests())) {
      for (int index = 0; index < settings.latencyRequests(); index++) {
        long due = began + index * pauseNanos;
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        SubmissionLoad.send(
            load, Phase.LATENCY, index, subjects.subjectRef(subjectOf(Phase.LATENCY, index)));
        progress.stepTo(index + 1L);
      }
    }
    load.flush();
  }

  private long intakeCpuMicros() {
    return stack.state().servicesNamed(INTAKE).stream()
        .mapToLong(service -> Measured.cpuMicros(service.pid()))
        .sum();
  }

  /** Fills deletion.submitted while no intake runs, and times how an intake works it off. */
  private Backlog.Stretch kafka(Offsets offsets, RecordLoad load) {
    long before = offsets.written(Topics.DELETION_REQUESTED);
    try (ProgressDisplay progress =
        console.progress("Filling deletion.submitted", "sent", settings.kafkaRequests())) {
      for (int index = 0; index < settings.kafkaRequests(); index++) {
        String subjectRef = subjects.subjectRef(subjectOf(Phase.KAFKA, index));
        SubmissionLoad.send(load, Phase.KAFKA, index, subjectRef);
        if (settings.isSentTwice(index)) {
          SubmissionLoad.send(load, Phase.KAFKA, index, subjectRef);
        }
        progress.stepTo(index + 1L);
      }
      load.flush();
    }
    LongSupplier accepted = () -> offsets.written(Topics.DELETION_REQUESTED) - before;
    Backlog.Mark began = backlog.mark(accepted);
    eachIntake(stack::startService);
    return backlog.measure(
        "Requests through Kafka",
        began,
        accepted,
        settings.kafkaRequests() / WARM_UP_PART,
        settings.kafkaRequests());
  }

  private void awaitClosed(ForgetSetWatch watch, int requests) {
    backlog.await("Requests in closed forget sets", requests, watch::distinct);
  }

  private double producerPerf(Admin admin, Payloads payloads) {
    Topic<?> like = Topics.DELETION_REQUESTED;
    try {
      admin
          .createTopics(
              List.of(
                  new NewTopic(PERF_TOPIC, like.partitions(), (short) 1).configs(like.config())))
          .all()
          .get();
    } catch (java.util.concurrent.ExecutionException refused) {
      throw new CliException(
          "the topic of producer-perf was not created (" + refused.getCause().getMessage() + ")",
          "choose a fresh --data-dir",
          refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
    console.notice("Kafka's producer-perf sends " + settings.kafkaRequests() + " records ...");
    return new ProducerPerf(installation.java(), directory.logs().resolve("producer-perf.log"))
        .run(
            stack.state().bootstrapServers(),
            PERF_TOPIC,
            payloads.file(),
            settings.kafkaRequests(),
            settings.kafkaRequests() / WARM_UP_PART,
            producerSettings);
  }

  /** The accepted requests, and when those of the latency phase were. */
  private final class Accepted {
    private final Tally tally = new Tally(settings);
    private final long[] atMillis = new long[settings.latencyRequests()];
  }

  private Accepted accepted() {
    Accepted accepted = new Accepted();
    try (AvroDeserializer<DeletionRequested> values =
        new AvroDeserializer<>(DeletionRequested.class)) {
      values.configure(stack.producerSettings("bench-scan"), false);
      scan(
          Topics.DELETION_REQUESTED,
          record -> {
            DeletionRequested request = values.deserialize(record.topic(), record.value());
            accepted
                .tally
                .count(request.getRequestId())
                .filter(known -> known.phase() == Phase.LATENCY)
                .ifPresent(
                    known ->
                        accepted.atMillis[known.index()] = request.getAcceptedAt().toEpochMilli());
          });
    }
    return accepted;
  }

  private void scan(
      Topic<?> topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    reading(
        topic,
        scan -> {
          scan.read(topic.name(), reader);
          return null;
        });
  }

  private Payloads payloads() {
    Path file = directory.root().resolve("producer-perf-payloads.txt");
    return reading(Topics.DELETION_REQUESTED, scan -> Payloads.write(scan, file));
  }

  private <T> T reading(Topic<?> topic, java.util.function.Function<TopicScan, T> reader) {
    try {
      return reader.apply(new TopicScan(stack.consumerSettings("bench-scan")));
    } catch (KafkaException failure) {
      throw new CliException(
          topic.name() + " cannot be read (" + failure.getMessage() + ")",
          "see logs/broker.log in the data directory",
          failure);
    }
  }

  private long deadLetters(Offsets offsets) {
    return Stream.of(Topics.DELETION_SUBMITTED, Topics.DELETION_REQUESTED)
        .map(topic -> Topics.named(Topics.deadLetter(topic.name())).orElseThrow())
        .mapToLong(offsets::written)
        .sum();
  }

  /** Every request has a subject of its own. */
  private int subjectOf(Phase phase, int index) {
    return switch (phase) {
      case HTTP -> index;
      case LATENCY -> settings.httpRequests() + index;
      case KAFKA -> settings.httpRequests() + settings.latencyRequests() + index;
    };
  }

  private long stateBytes() {
    long bytes = 0;
    for (String name : names(ACCUMULATOR, settings.accumulators())) {
      bytes += Measured.folderBytes(directory.service(name));
    }
    return bytes;
  }

  private Map<String, Long> residentMiB() {
    Map<String, Long> resident = new LinkedHashMap<>();
    resident.put("kafka with this program", Measured.residentMiB(ProcessHandle.current().pid()));
    stack
        .state()
        .services()
        .forEach(service -> resident.put(service.name(), Measured.residentMiB(service.pid())));
    return resident;
  }

  private Map<String, Long> topicMiB() {
    Map<String, Long> bytes = new TreeMap<>();
    try (Stream<Path> folders = Files.list(directory.kafka())) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        String name = folder.getFileName().toString().replaceFirst("-\\d+$", "");
        bytes.merge(name, Measured.partitionBytes(folder), Long::sum);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    bytes.replaceAll((name, size) -> size >> 20);
    bytes.values().removeIf(size -> size == 0);
    return bytes;
  }

  private Map<String, Object> conditions() {
    Map<String, Object> conditions =
        new LinkedHashMap<>(
            Json.MAPPER.convertValue(
                settings,
                new com.fasterxml.jackson.core.type.TypeReference<
                    LinkedHashMap<String, Object>>() {}));
    conditions.put("processors", Runtime.getRuntime().availableProcessors());
    conditions.put("java", Runtime.version().toString());
    conditions.put("producer", producerSettings);
    return conditions;
  }

  private void eachIntake(java.util.function.Consumer<String> action) {
    names(INTAKE, settings.intakes()).forEach(action);
  }

  private void eachAccumulator(java.util.function.Consumer<String> action) {
    names(ACCUMULATOR, settings.accumulators()).forEach(action);
  }

  private static List<String> names(String module, int instances) {
    List<String> names = new ArrayList<>(List.of(module));
    for (int number = 2; number <= instances; number++) {
      names.add(module + '-' + number);
    }
    return names;
  }
}
