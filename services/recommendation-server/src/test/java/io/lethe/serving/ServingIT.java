package io.lethe.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.kafka.TopicFollower;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import io.lethe.serving.acknowledge.ServingAnnouncer;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.Watermark;
import io.lethe.serving.model.LoadedAdapter;
import io.lethe.serving.model.ScoringEngine;
import io.lethe.serving.model.Versions;
import io.lethe.testing.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.assertj.core.data.Offset;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole server on a real broker with a real language model. */
@QuarkusTest
@QuarkusTestResource(value = EmbeddedStack.class, restrictToAnnotatedClass = true)
class ServingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ADA = pseudonym("ada");
  private static final String BEN = pseudonym("ben");
  private static final String NOBODY = pseudonym("nobody");

  /** How far scores of one model may lie apart: batches of other shapes round otherwise. */
  private static final Offset<Double> SAME_MODEL = within(1e-5);

  /** How far apart scores must lie to tell models from one another. */
  private static final Offset<Double> OTHER_MODEL = within(1e-3);

  private static final List<Viewed> ADAS_HISTORY =
      List.of(new Viewed("The Matrix", 5), new Viewed("Alien", 4.5));

  private static final String TOKEN = Tokens.of("anna", Roles.AUDITOR);

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<FollowedRecord<AdapterServing>> acknowledged = new CopyOnWriteArrayList<>();
  private KafkaProducer<String, SpecificRecord> producer;
  private KafkaProducer<byte[], byte[]> vandal;
  private TopicFollower<AdapterServing> follower;

  @TestHTTPResource("/")
  URI root;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @Inject ServingConfig config;
  @Inject ScoringEngine engine;
  @Inject ServingAnnouncer announcer;

  @BeforeEach
  void connect() {
    producer =
        new KafkaProducer<>(KafkaSettings.producer(bootstrapServers, EmbeddedStack.REGISTRY, "it"));
    vandal = new KafkaProducer<>(KafkaSettings.bytesProducer(bootstrapServers, "vandal"));
    follower =
        TopicFollower.<AdapterServing>builder()
            .topic(Topics.ADAPTER_SERVING)
            .config(KafkaSettings.follower(bootstrapServers, EmbeddedStack.REGISTRY))
            .onRecord(acknowledged::add)
            .build()
            .start();
  }

  @AfterEach
  void disconnect() {
    follower.close();
    producer.close(Duration.ZERO);
    vandal.close(Duration.ZERO);
  }

  @Test
  void shouldSuppressSwapAndAcknowledgeFromStartToGoodbye() throws Exception {
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(503);
    await().atMost(SOON).until(() -> !acknowledged.isEmpty());
    assertThat(acknowledged.get(0).value().getVersion()).isEqualTo(-1);
    publishContents();
    release(0, null, Set.of());
    await().atMost(SOON).until(() -> get("/q/health/ready").statusCode() == 200);

    scoreBare();
    suppressAndLift();
    RandomAdapters adapters =
        new RandomAdapters(config.artefactStore(), engine.recommenderDigest());
    serveAnAdapterThatComesLate(adapters);
    long version = swapUnderLoad(adapters);
    refuseACorruptedAdapter(adapters, version + 1);
    surviveVandals();

    announcer.stop();
    await().atMost(SOON).until(() -> acknowledged.get(acknowledged.size() - 1).value() == null);
    EmbeddedStack.stopBroker();
    await().atMost(SOON).until(() -> get("/q/health/ready").statusCode() == 503);
    assertThat(get("/q/health/ready").body()).contains("lethe.catalog-timeout");
    assertThat(recommend(ADA).statusCode()).isEqualTo(503);
  }

  private void scoreBare() throws Exception {
    HttpResponse<String> answer = recommend(ADA);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Adapter-Id")).hasValue("none");
    assertThat(answer.headers().firstValue("X-Adapter-Version")).hasValue("0");
    assertThat(scores(answer)).containsOnlyKeys("amelie", "heat");
    assertThat(scores(answer).get("amelie"))
        .isCloseTo(expected(null, ADAS_HISTORY, "Amelie"), SAME_MODEL);
    assertThat(scores(answer).get("heat"))
        .isCloseTo(expected(null, ADAS_HISTORY, "Heat"), SAME_MODEL);
    JsonNode chosen = JSON.readTree(post("/v1/recommendations", Map.of("subjectRef", ADA)).body());
    assertThat(chosen.get("ranked")).hasSize(2);
  }

  private void suppressAndLift() throws Exception {
    RecordMetadata asked = request("erase-ada", ADA, DeletionAction.ERASE);
    awaitSuppressed(asked);
    HttpResponse<String> erased = recommend(ADA);
    assertThat(erased.body()).isEqualTo(recommend(NOBODY).body());
    assertThat(JSON.readTree(erased.body()).get("personalized").booleanValue()).isFalse();

    RecordMetadata bens = request("erase-ben", BEN, DeletionAction.ERASE);
    awaitSuppressed(bens);
    assertThat(personalized(BEN)).isFalse();
    send(
        Topics.DELETION_PROGRESSED,
        "erase-ben",
        DeletionProgressed.newBuilder()
            .setRequestId("erase-ben")
            .setSubjectRef(BEN)
            .setStage(RequestStage.WITHDRAWN)
            .setReceivedAt(NOON)
            .setAcceptedAt(NOON)
            .setDueAt(NOON)
            .setUpdatedAt(NOON)
            .build());
    await().atMost(SOON).until(() -> personalized(BEN));
    assertThat(personalized(ADA)).isFalse();
  }

  private void serveAnAdapterThatComesLate(RandomAdapters adapters) throws Exception {
    Path elsewhere = Files.createTempDirectory("not-yet-there");
    String adapterId = new RandomAdapters(elsewhere, engine.recommenderDigest()).put(1);
    release(1, adapterId, Set.of("erase-ada"));
    await().atMost(SOON).until(() -> !models().get("refused").isNull());
    assertThat(models().get("refused").get("version").longValue()).isEqualTo(1);
    assertThat(recommend(ADA).headers().firstValue("X-Adapter-Version")).hasValue("0");
    assertThat(adapters.put(1)).isEqualTo(adapterId);
    AdapterServing served = awaitServed(1);
    assertThat(served.getAdapterId()).isEqualTo(adapterId);
    assertThat(served.getWatermarkDigest()).isEqualTo(Versions.digest(Set.of("erase-ada")));
    assertThat(models().get("refused").isNull()).isTrue();
    HttpResponse<String> answer = recommend(ADA);
    assertThat(answer.headers().firstValue("X-Adapter-Id")).hasValue(adapterId);
    assertThat(scores(answer).get("heat"))
        .isCloseTo(expected(adapterId, List.of(), "Heat"), SAME_MODEL)
        .isNotCloseTo(expected(null, List.of(), "Heat"), OTHER_MODEL);
  }

  private long swapUnderLoad(RandomAdapters adapters) throws Exception {
    List<String> ids = List.of(adapters.put(1), adapters.put(2), adapters.put(3));
    Map<String, Double> wanted = new TreeMap<>();
    for (String id : ids) {
      wanted.put(id, expected(id, List.of(), "Heat"));
    }
    List<Double> distinct = List.copyOf(wanted.values());
    assertThat(distinct.get(0)).isNotCloseTo(distinct.get(1), OTHER_MODEL);
    assertThat(distinct.get(1)).isNotCloseTo(distinct.get(2), OTHER_MODEL);
    assertThat(distinct.get(2)).isNotCloseTo(distinct.get(0), OTHER_MODEL);
    Set<String> seen = new TreeSet<>();
    long version = 1;
    for (int swap = 1; swap <= 30; swap++) {
      version++;
      release(version, ids.get(swap % ids.size()), Set.of("erase-ada"));
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (int request = 0; request < 4; request++) {
        asked.add(
            client.sendAsync(
                json(
                    "/v1/recommendations",
                    Map.of("subjectRef", ADA, "candidates", List.of("heat"))),
                HttpResponse.BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> request : asked) {
        HttpResponse<String> answer = request.get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("X-Adapter-Id").orElseThrow();
        seen.add(id);
        assertThat(scores(answer).get("heat")).isCloseTo(wanted.get(id), SAME_MODEL);
      }
    }
    awaitServed(version);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
    return version;
  }

  private void refuseACorruptedAdapter(RandomAdapters adapters, long version) throws Exception {
    String adapterId = adapters.put(4);
    Path tensors = config.artefactStore().resolve(adapterId).resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length / 2] ^= 1;
    Files.write(tensors, bytes);
    release(version, adapterId, Set.of("erase-ada"));
    await().atMost(SOON).until(() -> !models().get("refused").isNull());
    assertThat(models().get("refused").get("reason").textValue()).contains("digest");
    assertThat(models().get("state").textValue()).isIn("SERVING", "SWAPPING");
    assertThat(recommend(ADA).headers().firstValue("X-Adapter-Version"))
        .hasValue(Long.toString(version - 1));
    release(version + 1, adapters.put(2), Set.of("erase-ada"));
    awaitServed(version + 1);
  }

  private void surviveVandals() throws Exception {
    byte[] garbage = "no Avro".getBytes(StandardCharsets.UTF_8);
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    for (Topic<?> topic :
        List.of(
            Topics.INTERACTION_RECORDED,
            Topics.DELETION_REQUESTED,
            Topics.ADAPTER_VERSION,
            Topics.CATALOG_ITEM)) {
      vandal.send(new ProducerRecord<>(topic.name(), 0, key, garbage)).get(60, TimeUnit.SECONDS);
    }
    // Only here: the broker itself refuses records without a key on compacted topics.
    vandal
        .send(new ProducerRecord<>(Topics.DELETION_REQUESTED.name(), 0, null, garbage))
        .get(60, TimeUnit.SECONDS);
    send(Topics.CATALOG_ITEM, "late", new CatalogItem("late", "Latecomer", List.of(), null));
    await().atMost(SOON).until(() -> recommend(ADA, "late").statusCode() == 200);
    await()
        .atMost(SOON)
        .until(
            () ->
                get("/q/metrics")
                    .body()
                    .contains("events_skipped_total{topic=\"deletion.requested\"} 2.0"));
    assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
  }

  private void publishContents() throws Exception {
    Map<String, String> titles =
        Map.of("matrix", "The Matrix", "alien", "Alien", "heat", "Heat", "amelie", "Amelie");
    for (Map.Entry<String, String> item : titles.entrySet()) {
      send(
          Topics.CATALOG_ITEM,
          item.getKey(),
          new CatalogItem(item.getKey(), item.getValue(), List.of(), null));
    }
    send(Topics.PROFILE_SUBJECT, BEN, new SubjectProfile(BEN, null, "25-34", "poet"));
    rate(ADA, "alien", 4.5, 2);
    rate(ADA, "matrix", 5, 1);
  }

  private void rate(String subjectRef, String itemId, double rating, int second) throws Exception {
    send(
        Topics.INTERACTION_RECORDED,
        InteractionKey.of(subjectRef, itemId),
        new InteractionRecorded(subjectRef, itemId, rating, NOON.plusSeconds(second)));
  }

  private RecordMetadata request(String requestId, String subjectRef, DeletionAction action)
      throws Exception {
    return send(
        Topics.DELETION_REQUESTED,
        subjectRef,
        DeletionRequested.newBuilder()
            .setRequestId(requestId)
            .setAction(action)
            .setSubjectRef(subjectRef)
            .setScope(new DeletionScope(ScopeKind.ALL, List.of(), null, null))
            .setRegime(Regime.GDPR)
            .setReceivedAt(NOON)
            .setAcceptedAt(NOON)
            .setDueAt(NOON)
            .setContentDigest("digest")
            .build());
  }

  private void release(long version, String adapterId, Set<String> watermark) throws Exception {
    send(
        Topics.ADAPTER_VERSION,
        config.modelId(),
        AdapterVersion.newBuilder()
            .setModelId(config.modelId())
            .setVersion(version)
            .setStatus(VersionStatus.RELEASED)
            .setAdapterId(adapterId)
            .setRecommenderDigest(engine.recommenderDigest())
            .setWatermark(List.copyOf(new TreeSet<>(watermark)))
            .setWatermarkDigest(Versions.digest(watermark))
            .setReleasedAt(NOON)
            .build());
  }

  private void awaitSuppressed(RecordMetadata request) {
    String partition = Integer.toString(request.partition());
    await()
        .atMost(SOON)
        .until(
            () -> latest().getSuppressionOffsets().getOrDefault(partition, 0L) > request.offset());
  }

  private AdapterServing awaitServed(long version) {
    await().atMost(SOON).until(() -> latest().getVersion() == version);
    return latest();
  }

  private AdapterServing latest() {
    return acknowledged.get(acknowledged.size() - 1).value();
  }

  private double expected(String adapterId, List<Viewed> history, String target) {
    List<Prompt> prompts = List.of(new Prompt(null, history, target));
    if (adapterId == null) {
      return engine.score(prompts, null)[0];
    }
    LoadedAdapter adapter =
        engine.load(
            new ReleasedVersion(
                1,
                adapterId,
                null,
                null,
                engine.recommenderDigest(),
                new Watermark(Set.of(), ""),
                Set.of(),
                NOON));
    try {
      return engine.score(prompts, adapter)[0];
    } finally {
      adapter.release();
    }
  }

  private boolean personalized(String subjectRef) throws Exception {
    return JSON.readTree(recommend(subjectRef).body()).get("personalized").booleanValue();
  }

  private Map<String, Double> scores(HttpResponse<String> answer) throws Exception {
    Map<String, Double> scores = new TreeMap<>();
    for (JsonNode ranked : JSON.readTree(answer.body()).get("ranked")) {
      scores.put(ranked.get("itemId").textValue(), ranked.get("score").doubleValue());
    }
    return scores;
  }

  private JsonNode models() throws Exception {
    return JSON.readTree(get("/v1/models").body());
  }

  private HttpResponse<String> recommend(String subjectRef, String... candidates) throws Exception {
    return post(
        "/v1/recommendations",
        Map.of(
            "subjectRef",
            subjectRef,
            "candidates",
            candidates.length == 0 ? List.of("heat", "amelie") : List.of(candidates)));
  }

  private HttpResponse<String> post(String path, Object body) throws Exception {
    return client.send(json(path, body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Authorization", "Bearer " + TOKEN)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest json(String path, Object body) throws Exception {
    return HttpRequest.newBuilder(root.resolve(path))
        .header("Authorization", "Bearer " + TOKEN)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build();
  }

  private <V extends SpecificRecord> RecordMetadata send(Topic<V> topic, String key, V value)
      throws Exception {
    return producer.send(new ProducerRecord<>(topic.name(), key, value)).get(60, TimeUnit.SECONDS);
  }

  private static String pseudonym(String accountId) {
    return new SubjectPseudonymizer(new byte[32]).subjectRef(accountId);
  }
}
