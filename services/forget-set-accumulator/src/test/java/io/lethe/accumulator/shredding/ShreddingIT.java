package io.lethe.accumulator.shredding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.accumulator.topology.AccumulatorSettings;
import io.lethe.accumulator.topology.AccumulatorTopology;
import io.lethe.accumulator.topology.BoundedRocksDb;
import io.lethe.schemas.Cleanup;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topic;
import io.lethe.schemas.TopicCreator;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.kafka.TopicFollower;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKeyFolder;
import io.lethe.schemas.seal.SampleSeals;
import io.lethe.schemas.serde.AvroSerde;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.lethe.testing.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Canaries through a real broker and stores on disk: persons with items that only they rated. Once
 * their requests are complete, a search of every file of broker and state directory finds none of
 * these items. Nothing is exempt but the persons' pseudonyms, which are keyed digests and stand in
 * the requests.
 */
class ShreddingIT {
  private static final String REGISTRY = "mock://shredding-it";
  private static final int CANARIES = Integer.getInteger("lethe.canaries", 40);
  private static final int KEPT = 40;
  private static final int ITEMS_EACH = 4;
  private static final int TOKEN_BYTES = 12;
  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant RATED = Instant.parse("2025-01-01T00:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder;
  private final Random random = new Random(7);
  private final Map<String, List<String>> canaryItems = new LinkedHashMap<>();
  private final Set<String> closedRequests = ConcurrentHashMap.newKeySet();
  private final List<ForgetSetClosed> closed = new java.util.concurrent.CopyOnWriteArrayList<>();
  private EmbeddedBroker broker;
  private DataKeyFolder keys;
  private KafkaStreams streams;
  private KafkaProducer<String, SpecificRecord> producer;
  private TopicFollower<ForgetSetClosed> sets;

  @BeforeEach
  void start() throws Exception {
    broker =
        EmbeddedBroker.start(
            Files.createDirectory(folder.resolve("broker")), EmbeddedBroker.hasty());
    keys = DataKeyFolder.open(folder.resolve("data-keys"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicCreator.createMissing(admin, (short) 1);
      admin.incrementalAlterConfigs(quickly()).all().get();
    }
    streams = new KafkaStreams(topology(), properties());
    producer =
        new KafkaProducer<>(KafkaSettings.producer(broker.bootstrapServers(), REGISTRY, "test"));
    sets =
        TopicFollower.<ForgetSetClosed>builder()
            .topic(Topics.FORGET_SET_CLOSED)
            .config(KafkaSettings.follower(broker.bootstrapServers(), REGISTRY))
            .onRecord(
                record -> {
                  closed.add(record.value());
                  closedRequests.addAll(record.value().getRequestIds());
                })
            .build();
    streams.start();
    sets.start();
  }

  @AfterEach
  void stop() {
    sets.close();
    producer.close();
    streams.close(Duration.ofSeconds(20));
    keys.close();
    broker.close();
  }

  @Test
  void shouldLeaveNoItemOfACompletedRequestInAnyFile() {
    for (int person = 0; person < CANARIES; person++) {
      canaryItems.put("canary-" + person, plant("canary-" + person));
    }
    for (int person = 0; person < KEPT; person++) {
      plant("kept-" + person);
    }
    producer.flush();
    // What is not found before it is erased would not be found afterwards either.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(found("broker")).hasSize(tokens()));

    canaryItems.keySet().forEach(this::erase);
    producer.flush();
    await().atMost(PATIENCE).until(() -> closedRequests.size() == CANARIES);
    assertThat(closed)
        .allSatisfy(set -> assertThat(SampleSeals.open(set, keys)).hasSize(SampleSeals.count(set)));
    canaryItems.keySet().forEach(this::complete);
    producer.flush();

    List<String> keyIds =
        closed.stream()
            .flatMap(set -> set.getSealedSamples().stream())
            .map(run -> run.getKeyId())
            .distinct()
            .toList();
    assertThat(keyIds).hasSize(CANARIES);
    await()
        .atMost(PATIENCE)
        .until(() -> keyIds.stream().allMatch(keyId -> keys.find(keyId).isEmpty()));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(where("broker")).isEmpty());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(where("state")).isEmpty());
    // What a store holds in memory goes to files when it is closed.
    streams.close(Duration.ofSeconds(30));
    streams = new KafkaStreams(topology(), properties());
    streams.start();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(where("state")).isEmpty());
  }

  private List<String> plant(String subjectRef) {
    producer.send(
        record(
            Topics.PROFILE_SUBJECT,
            subjectRef,
            new SubjectProfile(subjectRef, null, "25-34", null)));
    List<String> tokens = new ArrayList<>();
    for (int item = 0; item < ITEMS_EACH; item++) {
      byte[] bytes = new byte[TOKEN_BYTES];
      random.nextBytes(bytes);
      String token = HexFormat.of().formatHex(bytes);
      tokens.add(token);
      // A store on disk writes no key's beginning twice; the token is what tells the item.
      String itemId = HexFormat.of().toHexDigits((byte) random.nextInt()) + '-' + token;
      producer.send(
          record(
              Topics.INTERACTION_RECORDED,
              InteractionKey.of(subjectRef, itemId),
              new InteractionRecorded(subjectRef, itemId, 4.0, RATED.plus(Duration.ofDays(item)))));
    }
    return tokens;
  }

  private void erase(String subjectRef) {
    producer.send(
        record(
            Topics.DELETION_REQUESTED,
            subjectRef,
            DeletionRequested.newBuilder()
                .setRequestId("request-" + subjectRef)
                .setAction(DeletionAction.ERASE)
                .setSubjectRef(subjectRef)
                .setScope(new DeletionScope(ScopeKind.ALL, List.of(), null, null))
                .setRegime(Regime.GDPR)
                .setReceivedAt(ASKED)
                .setAcceptedAt(ASKED)
                .setDueAt(ASKED.plus(Duration.ofDays(30)))
                .setContentDigest("digest")
                .build()));
  }

  private void complete(String subjectRef) {
    producer.send(
        record(
            Topics.DELETION_PROGRESSED,
            "request-" + subjectRef,
            DeletionProgressed.newBuilder()
                .setRequestId("request-" + subjectRef)
                .setSubjectRef(subjectRef)
                .setStage(RequestStage.COMPLETED)
                .setReceivedAt(ASKED)
                .setAcceptedAt(ASKED)
                .setDueAt(ASKED)
                .setUpdatedAt(ASKED)
                .build()));
  }

  private static ProducerRecord<String, SpecificRecord> record(
      Topic<?> topic, String key, SpecificRecord value) {
    return new ProducerRecord<>(topic.name(), key, value);
  }

  private int tokens() {
    return CANARIES * ITEMS_EACH;
  }

  private Set<String> found(String place) {
    Set<String> tokens = new TreeSet<>();
    search(place, (file, token) -> tokens.add(token));
    return tokens;
  }

  /** Files that hold a canary's item, and how many. */
  private Map<String, Integer> where(String place) {
    Map<String, Integer> files = new LinkedHashMap<>();
    search(
        place, (file, token) -> files.merge(folder.relativize(file).toString(), 1, Integer::sum));
    return files;
  }

  private void search(String place, java.util.function.BiConsumer<Path, String> hit) {
    Path root = folder.resolve(place);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = text(file);
        canaryItems.values().stream()
            .flatMap(List::stream)
            .filter(text::contains)
            .forEach(token -> hit.accept(file, token));
      }
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      // Files come and go while broker and stores run; whoever asks looks again.
      hit.accept(root, "unread");
    }
  }

  private static String text(Path file) throws IOException {
    // Indexes of the log are as large as they may become, and hold no record.
    if (file.toString().endsWith("index")) {
      return "";
    }
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }

  private org.apache.kafka.streams.Topology topology() {
    Serde<SpecificRecord> values = new AvroSerde<>();
    values.configure(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, REGISTRY), false);
    return AccumulatorTopology.build(
        new AccumulatorSettings(
            "recommender",
            Topics.SUBJECT_PARTITIONS,
            new SampleRule(4, 2, 3.0, ASKED),
            new ExpansionLimits(1000, 100_000),
            new ClosingRules(32, 100_000, 4_000_000, Duration.ofSeconds(1), Duration.ofDays(7)),
            new UnlearningTime(8, 1, Duration.ZERO, 1),
            100,
            keys,
            Duration.ofMillis(200),
            Duration.ofSeconds(4),
            new RetainReservoir.Sizes(64, 16, "seed"),
            true,
            Lifecycles.standard(),
            set -> {}),
        values);
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "shredding-it");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, ReadableRocksDb.class);
    properties.put(BoundedRocksDb.COMPACTION_SECONDS_CONFIG, "5");
    properties.put(StreamsConfig.REPARTITION_PURGE_INTERVAL_MS_CONFIG, "2000");
    properties.put("auto.offset.reset", "earliest");
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "1000");
    properties.put("topic.segment.ms", "3000");
    properties.put("topic.max.compaction.lag.ms", "3000");
    properties.put("topic.delete.retention.ms", "100");
    return properties;
  }

  /** Compaction within seconds. */
  private static Map<ConfigResource, java.util.Collection<AlterConfigOp>> quickly() {
    Map<ConfigResource, java.util.Collection<AlterConfigOp>> changes = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.all()) {
      List<AlterConfigOp> operations = new ArrayList<>();
      operations.add(set("segment.ms", "3000"));
      if (topic.cleanup() == Cleanup.COMPACT) {
        operations.add(set("max.compaction.lag.ms", "3000"));
        operations.add(set("delete.retention.ms", "100"));
      }
      changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), operations);
    }
    return changes;
  }

  private static AlterConfigOp set(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }
}
