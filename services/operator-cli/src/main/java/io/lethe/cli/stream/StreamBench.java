package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.Json;
import io.lethe.cli.Polling;
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
import java.nio.charset.StandardCharsets;
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
 * to itself: history, HTTP, forget sets at a steady rate, then producer-perf and the Kafka door
 * without the accumulators, and last the accumulators on what has gathered.
 */
final class StreamBench {
  static final String INTAKE = "deletion-intake";
  static final String ACCUMULATOR = "forget-set-accumulator";

  private static final String ACCUMULATOR_GROUP = "lethe-accumulator";
  private static final String PERF_TOPIC = "bench.producer-perf";
  private static final int PAYLOADS_MAX = 10_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double P50 = 0.5;
  private static final double P99 = 0.99;

  /** The share of a phase that warms up what it measures: one in this many. */
  private static final int WARM_UP_PART = 2;

  private static final Duration OFFSET_POLL = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofHours(3);

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
    eachAccumulator(stack::startService);

    HttpLoad.Outcome http = http();
    tell("%.0f accepted a second over HTTP", http.perSecond());
    awaitClosed(watch, settings.httpRequests());
    steady(load);
    awaitClosed(watch, settings.httpRequests() + settings.latencyRequests());

    eachAccumulator(stack::stopService);
    eachIntake(stack::stopService);
    Payloads payloads = payloads();
    double perf = producerPerf(admin, payloads);
    tell("%.0f records a second by producer-perf", perf);
    Door kafka = kafka(offsets, load);
    tell(
        "%.0f accepted a second through Kafka, %.2f of producer-perf; %.0f us of intake's"
            + " processor time each",
        kafka.perSecond(), kafka.perSecond() / perf, kafka.cpuMicros());
    Mark backlogBegan = mark(watch::distinct);
    eachAccumulator(stack::startService);
    // The start of the accumulators is no part of their rate, unless one look found all done.
    Mark firstClosed =
        awaitWarm(
            backlogBegan,
            watch::distinct,
            backlogBegan.done() + 1,
            settings.requests(),
            NO_DISPLAY);
    awaitClosed(watch, settings.requests());
    double closedPerSecond = firstClosed.perSecondUntil(mark(watch::distinct));

    Accepted accepted = accepted();
    List<Long> waits = new ArrayList<>();
    for (ForgetSetWatch.Closing closing : watch.latencyClosings()) {
      if (closing.trigger() == CloseTrigger.SIZE) {
        waits.add(closing.visibleAtMillis() - accepted.atMillis[closing.index()]);
      }
    }
    waits.sort(null);
    ForgetSetWatch.Seen seen = watch.seen();
    return new StreamFigures(
        settings,
        historyPerSecond,
        stateBytes,
        http.perSecond(),
        http.sentAgain(),
        quantile(waits, P50),
        quantile(waits, P99),
        waits.size(),
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
    await(
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

  /**
   * What the Kafka door did.
   *
   * @param perSecond accepted
   * @param cpuMicros of all intakes, of one request
   */
  private record Door(double perSecond, double cpuMicros) {}

  private long intakeCpuMicros() {
    return stack.state().servicesNamed(INTAKE).stream()
        .mapToLong(service -> Measured.cpuMicros(service.pid()))
        .sum();
  }

  /** Fills deletion.submitted while no intake runs, and times how an intake works it off. */
  private Door kafka(Offsets offsets, RecordLoad load) {
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
    int warmUp = settings.kafkaRequests() / WARM_UP_PART;
    LongSupplier accepted = () -> offsets.written(Topics.DELETION_REQUESTED) - before;
    Mark began = mark(accepted);
    eachIntake(stack::startService);
    try (ProgressDisplay progress =
        console.progress("Requests through Kafka", "accepted", settings.kafkaRequests())) {
      Mark warm = awaitWarm(began, accepted, warmUp, settings.kafkaRequests(), progress);
      waitFor(accepted, settings.kafkaRequests(), progress);
      Mark end = mark(accepted);
      return new Door(warm.perSecondUntil(end), warm.cpuMicrosUntil(end));
    }
  }

  /**
   * How far a backlog was worked off at an instant.
   *
   * @param done requests
   * @param cpuMicros that the intakes had taken
   */
  private record Mark(long done, long atNanos, long cpuMicros) {
    double perSecondUntil(Mark end) {
      return (end.done - done) * NANOS_PER_SECOND / (end.atNanos - atNanos);
    }

    double cpuMicrosUntil(Mark end) {
      return (double) (end.cpuMicros - cpuMicros) / (end.done - done);
    }
  }

  private Mark mark(LongSupplier done) {
    return new Mark(done.getAsLong(), System.nanoTime(), intakeCpuMicros());
  }

  /**
   * Waits until the warm-up is done. A small backlog may be worked off whole between two looks; its
   * rate is then told from the start, for nothing would be left to measure.
   */
  private Mark awaitWarm(
      Mark began, LongSupplier done, long warmUp, long all, ProgressDisplay progress) {
    waitFor(done, warmUp, progress);
    Mark warm = mark(done);
    return warm.done() < all ? warm : began;
  }

  private long waitFor(LongSupplier done, long wanted, ProgressDisplay progress) {
    long[] latest = {0};
    boolean reached =
        new Polling(clock, OFFSET_POLL)
            .until(
                () -> {
                  latest[0] = done.getAsLong();
                  progress.stepTo(latest[0]);
                  return latest[0] >= wanted;
                },
                PATIENCE);
    if (!reached) {
      throw new CliException(
          "only " + latest[0] + " of " + wanted + " were done within " + PATIENCE.toHours() + " h",
          "see the logs in the data directory, or do less at once");
    }
    return latest[0];
  }

  private void await(String task, long wanted, LongSupplier done) {
    try (ProgressDisplay progress = console.progress(task, "done", wanted)) {
      waitFor(done, wanted, progress);
    }
  }

  private void awaitClosed(ForgetSetWatch watch, int requests) {
    await("Requests in closed forget sets", requests, watch::distinct);
  }

  private static final ProgressDisplay NO_DISPLAY =
      new ProgressDisplay() {
        @Override
        public void stepTo(long done) {}

        @Override
        public void note(String words) {}

        @Override
        public void close() {}
      };

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

  /**
   * Records for producer-perf.
   *
   * @param meanBytes of one
   */
  private record Payloads(Path file, double meanBytes) {}

  /**
   * Accepted requests as lines of text: key, headers and value, of the same length and as well
   * compressible as the records themselves.
   */
  private Payloads payloads() {
    List<String> lines = new ArrayList<>();
    scan(
        Topics.DELETION_REQUESTED,
        record -> {
          if (lines.size() < PAYLOADS_MAX) {
            lines.add(printable(record));
          }
        });
    Path file = directory.root().resolve("producer-perf-payloads.txt");
    try {
      Files.write(file, lines, StandardCharsets.US_ASCII);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new Payloads(file, lines.stream().mapToInt(String::length).average().orElseThrow());
  }

  private static String printable(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder line = new StringBuilder();
    append(line, record.key());
    record
        .headers()
        .forEach(
            header -> {
              append(line, header.key().getBytes(StandardCharsets.UTF_8));
              append(line, header.value());
            });
    append(line, record.value());
    return line.toString();
  }

  private static void append(StringBuilder line, byte[] bytes) {
    for (byte one : bytes) {
      boolean shown = one > ' ' && one < 0x7f;
      line.append(shown ? (char) one : (char) ('A' + (one & 0xf)));
    }
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
    try {
      new TopicScan(stack.consumerSettings("bench-scan")).read(topic.name(), reader);
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

  private static double quantile(List<Long> sorted, double share) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
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
