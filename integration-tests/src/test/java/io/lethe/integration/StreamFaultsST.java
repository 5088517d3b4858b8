package io.lethe.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.ReleasedSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of the stream, from the doors to closed forget sets, on one stack of real processes. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamFaultsST {
  private static final boolean FULL = Boolean.getBoolean("lethe.faults.full");

  /** How long the registry stays away from services that start without it. */
  private static final Duration REGISTRY_OUTAGE =
      Duration.parse(System.getProperty("lethe.faults.registry-outage", "PT10S"));

  private static final int SUBJECTS_WITH_HISTORY = 20;
  private static final int INTERACTIONS = 5;

  /** Samples of so many interactions: each target needs three before it. */
  private static final int SAMPLES = 2;

  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(3);
  private static final int STATE_DISK_MEBIBYTES = 256;

  /**
   * Too few for any dead letter, enough for a transaction's marker, without which it never ends.
   */
  private static final int LETTER_BYTES_TOO_FEW = 100;

  private FaultStack stack;
  private Effects effects;
  private Producer<String, SpecificRecord> producer;
  private SmallDisk stateDisk;
  private Map<String, Long> lettersBefore;
  private long loads;

  @BeforeAll
  void start() {
    FaultStack.Plan plan =
        FaultStack.plan("stream-faults", FaultStack.INTAKE, FaultStack.ACCUMULATOR);
    stateDisk =
        SmallDisk.mountWhereAllowed(plan.state(FaultStack.ACCUMULATOR), STATE_DISK_MEBIBYTES);
    stack =
        plan.heap(FaultStack.INTAKE, 320)
            .set(FaultStack.ACCUMULATOR, "lethe.close.requests-max", 100)
            .start();
    effects = new Effects(stack.kafka().directAddress(), stack.registryUrl());
    producer = stack.producer("stream-faults");
  }

  @BeforeEach
  void countDeadLetters() {
    lettersBefore = effects.deadLetters();
  }

  @AfterEach
  void heal() {
    stack.kafka().network().heal();
    stack.registryNetwork().heal();
    stateDisk.free();
  }

  @AfterAll
  void stop() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(10));
    }
    if (effects != null) {
      effects.close();
    }
    if (stack != null) {
      stack.close();
    }
    if (stateDisk != null) {
      stateDisk.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 30, 100})
  @FaultCase(
      fault = CatalogueFault.F6,
      level = FaultLevel.PROCESS,
      does =
          "Sends 10, 30 and 100 % of the requests a second time, all in an order of chance; replays"
              + " the subjects' interactions, as a source does that reads a change log again; sends"
              + " one request twice over HTTP.",
      load = "5,000 requests for each share; in each build 500.",
      oracle =
          "Each request is in one closed set once, each subject's samples are there once, and the"
              + " same request has the same status address.",
      limit = "exact")
  void shouldGiveEachRequestOneEffectHoweverOftenAndInWhateverOrderItComes(int percent) {
    ErasureLoad load = load(FULL ? 5_000 : 500);
    IntStream.range(0, SUBJECTS_WITH_HISTORY)
        .forEach(index -> load.history(producer, index, INTERACTIONS, 2));
    producer.flush();
    stack.awaitAccumulated();
    List<Integer> order = new ArrayList<>();
    for (int index = 0; index < load.requestIds().size(); index++) {
      order.add(index);
      if (index % 100 < percent) {
        order.add(index);
      }
    }
    Collections.shuffle(order, new Random(percent));
    order.forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    Service intake = stack.service(FaultStack.INTAKE);
    String twice = Requests.body(java.util.UUID.randomUUID().toString(), "replayed-" + percent);
    Service.Answer first = intake.post("/v1/deletion-requests", twice);
    Service.Answer second = intake.post("/v1/deletion-requests", twice);

    assertClosedOnce(load, CLOSE_LIMIT);
    assertThat(samplesOf(load)).hasSize(SUBJECTS_WITH_HISTORY).containsOnly(SAMPLES);
    assertThat(first.status()).isEqualTo(202);
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F9,
      level = FaultLevel.PROCESS,
      does = "Makes the registry refuse every connection while requests flow.",
      load = "10,000 requests; in each build 1,000.",
      oracle = "Schemas that are known go on working: every request is closed once meanwhile.")
  void shouldGoOnWithTheSchemasItKnowsWhileTheRegistryIsDown() {
    warmUp();
    ErasureLoad load = load(FULL ? 10_000 : 1_000);

    stack.registryNetwork().refuse();
    submit(load);

    assertClosedOnce(load, CLOSE_LIMIT);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F9,
      level = FaultLevel.PROCESS,
      does =
          "Kills accumulator and intake while the registry refuses every connection, so that both"
              + " start cold without it; then lets the registry answer.",
      load =
          "200 requests, sent while it is down; it stays down for 10 s, or for as long as"
              + " -Dlethe.faults.registry-outage says (PT10M)",
      oracle =
          "Both wait and live, no process ends, nothing becomes a dead letter; then every request"
              + " is closed once.",
      limit = "closed within 30 s of the registry's answer")
  void shouldStartColdWithoutTheRegistryAndWaitForItInsteadOfEnding(TestReporter reporter) {
    warmUp();
    ErasureLoad load = load(200);
    stack.registryNetwork().refuse();
    // Intake still knows its schemas and accepts half, which the cold accumulator cannot read then.
    int accumulatorWords = wordsOfTheRegistry(FaultStack.ACCUMULATOR);
    stack.state().kill(FaultStack.ACCUMULATOR);
    IntStream.range(0, 100).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    awaitWordOfTheRegistry(FaultStack.ACCUMULATOR, accumulatorWords);
    int intakeWords = wordsOfTheRegistry(FaultStack.INTAKE);
    stack.state().kill(FaultStack.INTAKE);
    IntStream.range(100, 200).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    awaitWordOfTheRegistry(FaultStack.INTAKE, intakeWords);

    int deaths = stack.deaths();
    await("both live on")
        .during(REGISTRY_OUTAGE)
        .atMost(REGISTRY_OUTAGE.plusSeconds(10))
        .until(() -> stack.deaths() == deaths);
    assertThat(effects.closedOf(load.requestIds())).isZero();
    long began = System.nanoTime();
    stack.registryNetwork().heal();

    assertClosedOnce(load, Duration.ofSeconds(30));
    reporter.publishEntry(
        "registry away for, at least, s", String.valueOf(REGISTRY_OUTAGE.toSeconds()));
    report(reporter, "closed after the registry answered, s", began);
    assertThat(effects.deadLetters()).isEqualTo(lettersBefore);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.PROCESS,
      does = "Delays every byte to and from the broker by 100 ms and lets 3,000 kbit/s through.",
      load = "20,000 requests; in each build 1,000.",
      oracle = "As F1: each request in one closed set once, no dead letter.",
      limit = "all closed within 10 minutes; in each build within 3")
  void shouldCloseEachRequestOnceOverASlowNetwork(TestReporter reporter) {
    ErasureLoad load = load(FULL ? 20_000 : 1_000);
    stack.kafka().network().latency(Duration.ofMillis(100));
    stack.kafka().network().bandwidth(3_000_000 / Byte.SIZE);
    long began = System.nanoTime();
    submit(load);

    assertClosedOnce(load, FULL ? Duration.ofMinutes(10) : CLOSE_LIMIT);
    report(reporter, "all closed after, s", began);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.PROCESS,
      does =
          "Lets no byte through between all services and the broker for 60 s (in each build 15 s),"
              + " longer than the group's session, in both directions and then from the broker alone,"
              + " so that it does what it is asked for and nobody learns of it; connections stay"
              + " open.",
      load =
          "20,000 requests each time; in each build 1,000: half before, half while it is parted.",
      oracle = "As F1: each request in one closed set once, no dead letter.",
      limit = "all closed within twice the outage, or a minute where that is more")
  void shouldCatchUpAfterAPartition(boolean bothDirections, TestReporter reporter) {
    Duration outage = FULL ? Duration.ofSeconds(60) : Duration.ofSeconds(15);
    ErasureLoad load = load(FULL ? 20_000 : 1_000);
    int half = load.requestIds().size() / 2;
    IntStream.range(0, half).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    await("the flow").atMost(CLOSE_LIMIT).until(() -> effects.closedOf(load.requestIds()) > 0);

    if (bothDirections) {
      stack.kafka().network().partition();
    } else {
      stack.kafka().network().swallowAnswers();
    }
    IntStream.range(half, 2 * half).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    await("the outage is over").pollDelay(outage).timeout(outage.plusSeconds(10)).until(() -> true);
    stack.kafka().network().heal();
    long began = System.nanoTime();

    Duration limit = outage.multipliedBy(2);
    assertClosedOnce(
        load, limit.compareTo(Duration.ofMinutes(1)) < 0 ? Duration.ofMinutes(1) : limit);
    report(
        reporter,
        (bothDirections ? "all closed after the network" : "all closed after its answers")
            + " came back, s",
        began);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F10,
      level = FaultLevel.PROCESS,
      does =
          "Has the dead-letter topics of deletion.submitted and deletion.requested refuse every"
              + " record, writes an unreadable record to one partition of each among good ones, and"
              + " has them take records again.",
      load = "10,000 requests; in each build 1,000.",
      oracle =
          "Intake and accumulator live on and name the topic and the remedy; intake's other"
              + " partitions go on; then each unreadable record is a dead letter once, and each"
              + " request is closed once.",
      limit = "within 3 minutes of the topics' opening")
  void shouldKeepWhatNoDeadLetterTopicTakesUntilOneDoes(TestReporter reporter) {
    List<Topic<?>> sources = List.of(Topics.DELETION_SUBMITTED, Topics.DELETION_REQUESTED);
    ErasureLoad load = load(FULL ? 10_000 : 1_000);
    int half = load.requestIds().size() / 2;
    int deaths = stack.deaths();
    long began;
    takeLettersOf(sources, source -> LETTER_BYTES_TOO_FEW);
    try {
      IntStream.range(0, half).forEach(index -> load.submit(producer, index, 1));
      producer.flush();
      sources.forEach(this::poison);
      IntStream.range(half, 2 * half).forEach(index -> load.submit(producer, index, 1));
      producer.flush();
      awaitWordOfLetters(FaultStack.INTAKE, Topics.DELETION_SUBMITTED);
      awaitWordOfLetters(FaultStack.ACCUMULATOR, Topics.DELETION_REQUESTED);
      await("requests of partitions that wait for nothing")
          .atMost(CLOSE_LIMIT)
          .until(() -> acceptedOf(load) > half + half / 2);
      assertThat(effects.deadLetters()).isEqualTo(lettersBefore);
      assertThat(stack.deaths()).isEqualTo(deaths);
    } finally {
      takeLettersOf(sources, source -> letters(source).maxMessageBytes());
      began = System.nanoTime();
    }

    assertClosedOnce(load, CLOSE_LIMIT);
    report(reporter, "all closed after the topics took records, s", began);
    Map<String, Long> expected = new HashMap<>(lettersBefore);
    sources.forEach(source -> expected.merge(source.name(), 1L, Long::sum));
    await("both dead letters")
        .atMost(CLOSE_LIMIT)
        .untilAsserted(() -> assertThat(effects.deadLetters()).isEqualTo(expected));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F11,
      level = FaultLevel.PROCESS,
      does =
          "Fills the disk of the accumulator's state, a memory file system of 256 MiB, to its last"
              + " byte, kills the accumulator so that it opens its state anew, and frees the disk.",
      load = "10,000 requests; in each build 1,000, of subjects with interactions.",
      oracle = "The log says that there is no space; once there is, each request is closed once.",
      limit = "recovers without help within 3 minutes of the space")
  void shouldRecoverOnceTheDiskOfItsStateHasSpaceAgain(TestReporter reporter) {
    Assumptions.assumeTrue(
        stateDisk.mounted(), "a small disk can be mounted by root alone, and this is not root");
    ErasureLoad load = load(FULL ? 10_000 : 1_000);
    stateDisk.fill();
    IntStream.range(0, load.requestIds().size())
        .forEach(index -> load.history(producer, index, INTERACTIONS, 1));
    submit(load);
    stack.state().kill(FaultStack.ACCUMULATOR);
    await("a word about the full disk")
        .atMost(CLOSE_LIMIT)
        .until(() -> logOf(FaultStack.ACCUMULATOR).contains("No space left on device"));

    stateDisk.free();
    long began = System.nanoTime();

    assertClosedOnce(load, CLOSE_LIMIT);
    report(reporter, "all closed after there was space, s", began);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F22,
      level = FaultLevel.PROCESS,
      does =
          "Writes accepted requests under every released version of their schema, in turn, as"
              + " intakes of earlier releases do while others are upgraded already.",
      load = "10,000 requests; in each build 1,000.",
      oracle = "As F1: each request in one closed set once, no dead letter.")
  void shouldReadRequestsOfEveryReleasedSchemaSideBySide() {
    ErasureLoad load = load(FULL ? 10_000 : 1_000);
    List<Schema> released = ReleasedSchemas.of("DeletionRequested");
    assertThat(released).hasSizeGreaterThan(1);
    List<EarlierIntake> intakes =
        released.stream().map(schema -> new EarlierIntake(stack.registryUrl(), schema)).toList();
    try (Producer<byte[], byte[]> bytes =
        new KafkaProducer<>(
            KafkaSettings.bytesProducer(stack.kafka().directAddress(), "earlier-intake"))) {
      for (int index = 0; index < load.requestIds().size(); index++) {
        bytes.send(
            new ProducerRecord<>(
                Topics.DELETION_REQUESTED.name(),
                load.subjectRef(index).getBytes(UTF_8),
                intakes.get(index % intakes.size()).request(load, index)));
      }
    }

    assertClosedOnce(load, CLOSE_LIMIT);
    assertThat(effects.deadLetters()).isEqualTo(lettersBefore);
  }

  private ErasureLoad load(int requests) {
    return new ErasureLoad(++loads, requests);
  }

  /** Has every service look its schemas up once. */
  private void warmUp() {
    ErasureLoad warm = load(10);
    submit(warm);
    assertClosedOnce(warm, CLOSE_LIMIT);
  }

  private void submit(ErasureLoad load) {
    IntStream.range(0, load.requestIds().size())
        .forEach(index -> load.submit(producer, index, index % 20 == 0 ? 2 : 1));
    producer.flush();
  }

  private void assertClosedOnce(ErasureLoad load, Duration limit) {
    await("every request in a closed forget set; see the logs in " + stack.folder())
        .atMost(limit)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> effects.closedOf(load.requestIds()) == load.requestIds().size());
    Map<String, Integer> closed = effects.closed();
    assertThat(load.requestIds()).allSatisfy(id -> assertThat(closed).containsEntry(id, 1));
    List<Effects.ClosedSet> sets = effects.sets();
    assertThat(sets)
        .extracting(Effects.ClosedSet::sequence)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, sets.size()).mapToObj(Long::valueOf).toList());
  }

  /**
   * How many samples each subject of the load has in closed sets, subjects without any left out.
   */
  private List<Integer> samplesOf(ErasureLoad load) {
    List<String> subjects =
        IntStream.range(0, load.requestIds().size()).mapToObj(load::subjectRef).toList();
    Map<String, Integer> samples =
        effects.sets().stream()
            .flatMap(set -> set.samples().entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum));
    return subjects.stream().filter(samples::containsKey).map(samples::get).toList();
  }

  private long acceptedOf(ErasureLoad load) {
    Set<String> accepted = effects.accepted();
    return load.requestIds().stream().filter(accepted::contains).count();
  }

  private static Topic<?> letters(Topic<?> source) {
    return Topics.named(Topics.deadLetter(source.name())).orElseThrow();
  }

  private void takeLettersOf(List<Topic<?>> sources, Function<Topic<?>, Integer> bytesMax) {
    for (Topic<?> source : sources) {
      TopicSettings.set(
          stack.kafka().directAddress(),
          List.of(letters(source).name()),
          Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(bytesMax.apply(source))));
    }
  }

  private void poison(Topic<?> topic) {
    try (Producer<byte[], byte[]> bytes =
        new KafkaProducer<>(KafkaSettings.bytesProducer(stack.kafka().directAddress(), "poison"))) {
      bytes.send(
          new ProducerRecord<>(
              topic.name(), 0, "someone".getBytes(UTF_8), "not avro".getBytes(UTF_8)));
    }
  }

  private void awaitWordOfLetters(String service, Topic<?> source) {
    await(service + " says what cannot be written; see " + stack.logOf(service))
        .atMost(CLOSE_LIMIT)
        .until(
            () -> logOf(service).contains("raise max.message.bytes of " + letters(source).name()));
  }

  private int wordsOfTheRegistry(String service) {
    return logOf(service).split("schema registry cannot be reached", -1).length - 1;
  }

  private void awaitWordOfTheRegistry(String service, int before) {
    await(service + " says what it waits for; see " + stack.logOf(service))
        .atMost(Duration.ofSeconds(90))
        .until(() -> wordsOfTheRegistry(service) > before);
  }

  private String logOf(String service) {
    try {
      return Files.readString(stack.logOf(service));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void report(TestReporter reporter, String what, long beganNanos) {
    reporter.publishEntry(
        what, String.format(Locale.ROOT, "%.1f", (System.nanoTime() - beganNanos) / 1e9));
  }
}
