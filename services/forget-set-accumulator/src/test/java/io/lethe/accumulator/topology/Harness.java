package io.lethe.accumulator.topology;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.accumulator.poison.UnreadableInputHandler;
import io.lethe.accumulator.poison.UnusableRecordHandler;
import io.lethe.accumulator.poison.UnwritableOutputHandler;
import io.lethe.accumulator.record.RequestStanding;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKeyFolder;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import io.lethe.schemas.serde.AvroSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology under a driver with its own clock, and the world around it in few words. */
final class Harness implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant TRAIN_UNTIL = Instant.parse("2025-06-01T00:00:00Z");
  static final Instant DUE = Instant.parse("2026-01-31T00:00:00Z");
  static final String MODEL = "recommender";

  /** Rules that close nothing by themselves within a test. */
  static final ClosingRules PATIENT =
      new ClosingRules(1000, 100_000, 4_000_000, Duration.ofSeconds(5), Duration.ofDays(7));

  /** Unlearning that is expected to take no time until it is measured. */
  static final UnlearningTime AT_ONCE = new UnlearningTime(8, 1, Duration.ZERO, 1);

  static final int OWED_SETS_MAX = 3;

  /** Longer than any test but the one that looks at it. */
  static final Duration SWEEP_INTERVAL = Duration.ofDays(3650);

  private final DataKeys keys;
  private final Serde<SpecificRecord> values;
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> interactions;
  private final TestInputTopic<byte[], byte[]> profiles;
  private final TestInputTopic<byte[], byte[]> requests;
  private final TestInputTopic<byte[], byte[]> candidates;
  private final TestInputTopic<byte[], byte[]> progress;
  private final TestOutputTopic<String, byte[]> closed;
  private final TestOutputTopic<String, byte[]> slots;
  private final Map<String, RetainSampled> reservoir = new TreeMap<>();
  private Instant now = START;

  /** Settings with everything but the closing rules at usual values. */
  static AccumulatorSettings settings(ClosingRules closing) {
    return settings(closing, new ExpansionLimits(1000, 100_000), 8, 4, Lifecycles.standard());
  }

  /** Settings with usual limits that tell the observer of what happens. */
  static AccumulatorSettings settings(
      ClosingRules closing, UnlearningTime unlearningTime, Observer observer) {
    return settings(
        closing,
        new ExpansionLimits(1000, 100_000),
        8,
        4,
        Lifecycles.standard(),
        unlearningTime,
        observer);
  }

  static AccumulatorSettings settings(
      ClosingRules closing, ExpansionLimits limits, int train, int held, Lifecycles lifecycles) {
    return settings(closing, limits, train, held, lifecycles, AT_ONCE, set -> {});
  }

  private static AccumulatorSettings settings(
      ClosingRules closing,
      ExpansionLimits limits,
      int train,
      int held,
      Lifecycles lifecycles,
      UnlearningTime unlearningTime,
      Observer observer) {
    return new AccumulatorSettings(
        MODEL,
        1,
        new SampleRule(4, 2, 3.0, TRAIN_UNTIL),
        limits,
        closing,
        unlearningTime,
        OWED_SETS_MAX,
        DataKeyFolder.open(stateDirectory().resolve("data-keys")),
        Duration.ofMillis(100),
        SWEEP_INTERVAL,
        new RetainReservoir.Sizes(train, held, "seed"),
        false,
        lifecycles,
        observer);
  }

  Harness(ClosingRules closing) {
    this(settings(closing));
  }

  Harness(AccumulatorSettings settings) {
    keys = settings.dataKeys();
    SchemaRegistryClient registry = new Registry();
    values = new AvroSerde<>(registry, null);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "lethe-accumulator");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableInputHandler.class);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnusableRecordHandler.class);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, UnwritableOutputHandler.class);
    driver = new TopologyTestDriver(AccumulatorTopology.build(settings, values), properties, START);
    interactions = input(Topics.INTERACTION_RECORDED.name());
    profiles = input(Topics.PROFILE_SUBJECT.name());
    requests = input(Topics.DELETION_REQUESTED.name());
    candidates = input(Topics.ADAPTER_TRAINED.name());
    progress = input(Topics.DELETION_PROGRESSED.name());
    closed = output(Topics.FORGET_SET_CLOSED.name());
    slots = output(Topics.RETAIN_SAMPLED.name());
  }

  /**
   * A day of 2025 that the model was tuned on, counted from the first of January; 151 and later are
   * held out.
   */
  static Instant day(int number) {
    return Instant.parse("2025-01-01T00:00:00Z").plus(Duration.ofDays(number));
  }

  void rate(String subject, String item, double rating, Instant at) {
    send(
        interactions,
        InteractionKey.of(subject, item),
        Topics.INTERACTION_RECORDED.name(),
        new InteractionRecorded(subject, item, rating, at));
  }

  /** Items i0, i1, … rated one a day from the first day on. */
  void rateDaily(String subject, int items) {
    for (int item = 0; item < items; item++) {
      rate(subject, "i" + item, 4.0, day(item));
    }
  }

  void unrate(String subject, String item) {
    interactions.pipeInput(bytes(InteractionKey.of(subject, item)), (byte[]) null);
  }

  void profile(String subject, String ageBand) {
    send(
        profiles,
        subject,
        Topics.PROFILE_SUBJECT.name(),
        new SubjectProfile(subject, null, ageBand, null));
  }

  void erase(String requestId, String subject, DeletionScope scope) {
    erase(requestId, subject, scope, DUE);
  }

  void erase(String requestId, String subject, DeletionScope scope, Instant dueAt) {
    request(DeletionAction.ERASE, requestId, subject, scope, dueAt);
  }

  void withdraw(String requestId, String subject) {
    request(DeletionAction.WITHDRAW, requestId, subject, all(), DUE);
  }

  /** Moves the deadline of a request. */
  void extend(String requestId, String subject, Instant dueAt) {
    request(DeletionAction.EXTEND, requestId, subject, all(), dueAt);
  }

  /** A worker's candidate for a set that it took so long for. */
  void train(ForgetSetClosed set, double seconds, boolean accepted) {
    train(set, seconds, accepted, false);
  }

  void train(ForgetSetClosed set, double seconds, boolean accepted, boolean exact) {
    send(
        candidates,
        set.getModelId(),
        Topics.ADAPTER_TRAINED.name(),
        AdapterTrained.newBuilder()
            .setModelId(set.getModelId())
            .setForgetSetId(set.getForgetSetId())
            .setForgetSetSequence(set.getSequence())
            .setForgetSetDigest(set.getDigest())
            .setRequestIds(set.getRequestIds())
            .setRecommenderDigest("digest")
            .setMethod("e2urec")
            .setSteps(10)
            .setTrainSeconds(seconds)
            .setGates(List.of())
            .setAccepted(accepted)
            .setTrainedAt(START)
            .setExact(exact)
            .build());
  }

  void request(
      DeletionAction action, String requestId, String subject, DeletionScope scope, Instant dueAt) {
    send(
        requests,
        subject,
        Topics.DELETION_REQUESTED.name(),
        DeletionRequested.newBuilder()
            .setRequestId(requestId)
            .setAction(action)
            .setSubjectRef(subject)
            .setScope(scope)
            .setRegime(Regime.GDPR)
            .setReceivedAt(START)
            .setAcceptedAt(START)
            .setDueAt(dueAt)
            .setSource("test")
            .setContentDigest("digest")
            .build());
  }

  /** The ledger tells how far a request has come. */
  void progress(String requestId, String subject, RequestStage stage) {
    send(
        progress,
        requestId,
        Topics.DELETION_PROGRESSED.name(),
        DeletionProgressed.newBuilder()
            .setRequestId(requestId)
            .setSubjectRef(subject)
            .setStage(stage)
            .setReceivedAt(START)
            .setAcceptedAt(START)
            .setDueAt(DUE)
            .setUpdatedAt(START)
            .build());
  }

  static DeletionScope all() {
    return new DeletionScope(ScopeKind.ALL, List.of(), null, null);
  }

  static DeletionScope items(String... itemIds) {
    return new DeletionScope(ScopeKind.ITEMS, List.of(itemIds), null, null);
  }

  static DeletionScope between(Instant from, Instant until) {
    return new DeletionScope(ScopeKind.TIME_RANGE, List.of(), from, until);
  }

  /** Raw bytes into a topic, as a careless producer sends them. */
  void sendRaw(String topic, byte[] key, byte[] value) {
    input(topic).pipeInput(key, value);
  }

  byte[] encode(String topic, SpecificRecord value) {
    return values.serializer().serialize(topic, value);
  }

  void advance(Duration time) {
    driver.advanceWallClockTime(time);
    now = now.plus(time);
  }

  void advanceTo(Instant time) {
    advance(Duration.between(now, time));
  }

  /** Lets the open set grow old. */
  void age() {
    advance(PATIENT.age().plusSeconds(1));
  }

  /** The sets that closed since the last call, their samples opened as a worker opens them. */
  List<ForgetSetClosed> closedSets() {
    List<ForgetSetClosed> sets = sealedSets();
    for (ForgetSetClosed set : sets) {
      set.setSamples(SampleSeals.open(set, keys));
      set.setSealedSamples(List.of());
    }
    return sets;
  }

  /** The sets that closed since the last call, as they lie in the topic. */
  List<ForgetSetClosed> sealedSets() {
    return closed.readValuesToList().stream()
        .map(
            bytes ->
                (ForgetSetClosed)
                    values.deserializer().deserialize(Topics.FORGET_SET_CLOSED.name(), bytes))
        .toList();
  }

  ForgetSetClosed closedSet() {
    List<ForgetSetClosed> sets = closedSets();
    if (sets.size() != 1) {
      throw new AssertionError("Expected one closed set; got " + sets.size());
    }
    return sets.get(0);
  }

  /** What retain.sampled amounts to once compacted. */
  Map<String, RetainSampled> reservoir() {
    for (TestRecord<String, byte[]> record : slots.readRecordsToList()) {
      if (record.value() == null) {
        reservoir.remove(record.key());
      } else {
        reservoir.put(
            record.key(),
            (RetainSampled)
                values.deserializer().deserialize(Topics.RETAIN_SAMPLED.name(), record.value()));
      }
    }
    return reservoir;
  }

  List<Sample> reservoirOf(String subject) {
    return reservoir().values().stream()
        .map(RetainSampled::getSample)
        .filter(sample -> sample.getSubjectRef().equals(subject))
        .toList();
  }

  /** Keys of the tombstones sent to a topic since the last call. */
  List<String> tombstones(String topic) {
    List<String> keys = new ArrayList<>();
    for (TestRecord<String, byte[]> record : output(topic).readRecordsToList()) {
      if (record.value() == null) {
        keys.add(record.key());
      }
    }
    return keys;
  }

  List<TestRecord<byte[], byte[]>> deadLetters(String topic) {
    return driver
        .createOutputTopic(
            Topics.deadLetter(topic), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** A record of the internal topic between the two steps, as it lies there. */
  List<byte[]> expandedParts() {
    return driver
        .createOutputTopic(
            "lethe-accumulator-" + AccumulatorTopology.EXPANDED_TOPIC_SUFFIX,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readValuesToList();
  }

  /** Stores whose change log got a tombstone for the sweep. */
  List<String> changeLogTombstones() {
    return driver.producedTopicNames().stream()
        .filter(topic -> topic.endsWith("-changelog"))
        .filter(topic -> tombstones(topic).contains("sweep"))
        .map(topic -> topic.replaceAll("lethe-accumulator-(.*)-changelog", "$1"))
        .toList();
  }

  /** Where a request stands for the model. */
  RequestStanding standing(String requestId) {
    return driver.<String, RequestStanding>getKeyValueStore("request-standings").get(requestId);
  }

  /** Keys left in a store. */
  Set<String> keysIn(String store) {
    try (var entries = driver.<String, Object>getKeyValueStore(store).all()) {
      List<String> keys = new ArrayList<>();
      entries.forEachRemaining(entry -> keys.add(entry.key));
      return keys.stream().collect(Collectors.toSet());
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driver.close();
    keys.close();
  }

  /** A folder of its own for every driver; the build's folder goes with the next clean. */
  private static Path stateDirectory() {
    try {
      return Files.createTempDirectory(
          Files.createDirectories(Path.of("target", "test-state")), "driver");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void send(
      TestInputTopic<byte[], byte[]> topic, String key, String name, SpecificRecord value) {
    topic.pipeInput(bytes(key), encode(name, value));
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(
        topic, new ByteArraySerializer(), new ByteArraySerializer(), START, Duration.ZERO);
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * The mock, but for an unknown id, to which it answers as if it were away; a registry answers
   * 404.
   */
  private static final class Registry extends MockSchemaRegistryClient {
    private static final int KNOWN_MAX = 1000;

    Registry() {
      super(List.of(new AvroSchemaProvider()));
    }

    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      if (id > KNOWN_MAX) {
        throw new RestClientException("Schema not found", 404, 40403);
      }
      return super.getSchemaById(id);
    }
  }
}
