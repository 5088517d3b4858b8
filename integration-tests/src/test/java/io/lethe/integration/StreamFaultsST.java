package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.ReleasedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
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
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int SUBJECTS_WITH_HISTORY = 20;
  private static final int INTERACTIONS = 5;

  /** Samples of so many interactions: each target needs three before it. */
  private static final int SAMPLES = 2;

  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(3);
  private static final int STATE_DISK_MEBIBYTES = 256;

  private FaultStack stack;
  private Effects effects;
  private Producer<String, SpecificRecord> producer;
  private SmallDisk stateDisk;
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
    ErasureLoad warm = load(10);
    submit(warm);
    assertClosedOnce(warm, CLOSE_LIMIT);
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
      load = "200 requests, sent while it is down",
      oracle =
          "Both wait and live, no process ends, nothing becomes a dead letter; then every request"
              + " is closed once.",
      limit = "closed within 30 s of the registry's answer")
  void shouldStartColdWithoutTheRegistryAndWaitForItInsteadOfEnding(TestReporter reporter) {
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
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(20))
        .until(() -> stack.deaths() == deaths);
    assertThat(effects.closedOf(load.requestIds())).isZero();
    long began = System.nanoTime();
    stack.registryNetwork().heal();

    assertClosedOnce(load, Duration.ofSeconds(30));
    report(reporter, "closed after the registry answered, s", began);
    assertThat(effects.deadLetters()).isEmpty();
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

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.PROCESS,
      does =
          "Lets no byte through between all services and the broker, in both directions, for 60 s"
              + " (in each build 15 s), longer than the group's session; connections stay open.",
      load = "20,000 requests; in each build 1,000: half before, half while it is parted.",
      oracle = "As F1: each request in one closed set once, no dead letter.",
      limit = "all closed within twice the outage, or a minute where that is more")
  void shouldCatchUpAfterAPartition(TestReporter reporter) {
    Duration outage = FULL ? Duration.ofSeconds(60) : Duration.ofSeconds(15);
    ErasureLoad load = load(FULL ? 20_000 : 1_000);
    int half = load.requestIds().size() / 2;
    IntStream.range(0, half).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    await("the flow").atMost(CLOSE_LIMIT).until(() -> effects.closedOf(load.requestIds()) > 0);

    stack.kafka().network().partition();
    IntStream.range(half, 2 * half).forEach(index -> load.submit(producer, index, 1));
    producer.flush();
    await("the outage is over").pollDelay(outage).timeout(outage.plusSeconds(10)).until(() -> true);
    stack.kafka().network().heal();
    long began = System.nanoTime();

    Duration limit = outage.multipliedBy(2);
    assertClosedOnce(
        load, limit.compareTo(Duration.ofMinutes(1)) < 0 ? Duration.ofMinutes(1) : limit);
    report(reporter, "all closed after the network came back, s", began);
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
    List<Integer> ids = released.stream().map(this::register).toList();
    try (Producer<byte[], byte[]> bytes =
        new KafkaProducer<>(
            KafkaSettings.bytesProducer(stack.kafka().directAddress(), "earlier-intake"))) {
      for (int index = 0; index < load.requestIds().size(); index++) {
        int version = index % released.size();
        bytes.send(
            new ProducerRecord<>(
                Topics.DELETION_REQUESTED.name(),
                load.subjectRef(index).getBytes(StandardCharsets.UTF_8),
                encode(ids.get(version), request(released.get(version), load, index))));
      }
    }

    assertClosedOnce(load, CLOSE_LIMIT);
    assertThat(effects.deadLetters()).isEmpty();
  }

  private ErasureLoad load(int requests) {
    return new ErasureLoad(++loads, requests);
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

  private int register(Schema schema) {
    Service registry = new Service(stack.registryUrl());
    String body =
        LetheCommand.MAPPER.createObjectNode().put("schema", schema.toString()).toString();
    Service.Answer answer =
        registry.post("/subjects/" + Topics.DELETION_REQUESTED.name() + "-value/versions", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().required("id").asInt();
  }

  private static GenericRecord request(Schema schema, ErasureLoad load, int index) {
    GenericRecordBuilder request = new GenericRecordBuilder(schema);
    Instant now = CLOCK.instant();
    Schema scopeSchema = schema.getField("scope").schema();
    GenericRecord scope =
        new GenericRecordBuilder(scopeSchema)
            .set("kind", symbol(scopeSchema.getField("kind").schema(), ScopeKind.ALL))
            .build();
    request.set("requestId", load.requestId(index));
    request.set("action", symbol(schema.getField("action").schema(), DeletionAction.ERASE));
    request.set("subjectRef", load.subjectRef(index));
    request.set("scope", scope);
    request.set("regime", symbol(schema.getField("regime").schema(), Regime.GDPR));
    request.set("receivedAt", now.toEpochMilli());
    request.set("acceptedAt", now.toEpochMilli());
    request.set("dueAt", now.plus(Duration.ofDays(30)).toEpochMilli());
    request.set("contentDigest", "digest-" + index);
    return request.build();
  }

  private static GenericData.EnumSymbol symbol(Schema schema, Enum<?> value) {
    return new GenericData.EnumSymbol(schema, value.name());
  }

  /** In Confluent's wire format. */
  private static byte[] encode(int schemaId, GenericRecord record) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      bytes.write(0);
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
