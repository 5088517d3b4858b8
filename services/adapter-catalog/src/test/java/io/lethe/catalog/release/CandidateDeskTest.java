package io.lethe.catalog.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.lethe.catalog.domain.Candidates;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.OverrideLimits;
import io.lethe.catalog.domain.RefusalReason;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.VersionMoves;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.sign.VersionStatement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateDeskTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Move.Order ORDER = new Move.Order("anna", "the answers are worse");
  private static final TopicPartition SOURCE = new TopicPartition("adapter.trained", 0);

  private final SchemaRegistryClient registry =
      new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()));
  private final AvroSerializer serializer = new AvroSerializer(registry);
  private MockProducer<byte[], byte[]> producer = newProducer();
  private final CatalogView view = new CatalogView(2);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Lineage lineage =
      new Lineage(Candidates.MODEL, Candidates.DIGEST, 100, new VersionLifecycle(row -> {}));
  @TempDir private Path folder;
  private Instant now = NOW;
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private CandidateDesk desk;

  @BeforeEach
  void openOnAnEmptyTopic() {
    desk = desk(new VersionWriter(producer, serializer, group()));
    desk.open();
  }

  private static MockProducer<byte[], byte[]> newProducer() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private CandidateDesk desk(VersionWriter writer) {
    return new CandidateDesk(
        Candidates.MODEL,
        lineage,
        new VersionMoves(lineage, new OverrideLimits(Duration.ofMinutes(15), Duration.ofHours(1))),
        Duration.ofHours(1),
        writer,
        new AvroDeserializer<>(registry, AdapterTrained.class),
        view,
        new ReleaseMetrics(meters),
        clock);
  }

  private static Supplier<ConsumerGroupMetadata> group() {
    return () -> new ConsumerGroupMetadata("catalog");
  }

  @Test
  void shouldPublishVersionZeroOnAnEmptyTopicOnly() {
    assertThat(published()).extracting(AdapterVersion::getVersion).containsExactly(0L);
    desk.open();
    assertThat(producer.history()).hasSize(1);
    assertThat(view.versions()).hasSize(1);
  }

  @Test
  void shouldSignWhatItPublishesAndOnceWhatWasPublishedUnsigned() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path file = Files.writeString(folder.resolve("key.pem"), VersionKeys.pem(pair.getPrivate()));
    VersionSigner signer = VersionSigner.of(Optional.of(file));
    assertThat(published().get(0).getSignature()).isNull();
    // The catalog starts again, with a key.
    producer = newProducer();
    desk = desk(new VersionWriter(producer, serializer, group(), signer));
    desk.open();
    AdapterVersion again = published().get(0);
    assertThat(again.getVersion()).isZero();
    assertThat(isSignedBy(pair, again)).isTrue();

    lineage.apply(again);
    desk.open();
    assertThat(published()).hasSize(1);
    desk.take(record(7, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    AdapterVersion next = published().get(1);
    assertThat(isSignedBy(pair, next)).isTrue();
    AdapterVersion altered = AdapterVersion.newBuilder(next).setAdapterId("adapter-2").build();
    assertThat(isSignedBy(pair, altered)).isFalse();
    AdapterVersion demanding =
        AdapterVersion.newBuilder(next).setMinimumWatermark(List.of("r1", "r2")).build();
    assertThat(isSignedBy(pair, demanding)).isFalse();
  }

  private static boolean isSignedBy(KeyPair pair, AdapterVersion version) {
    return new VersionStatement(
            version.getModelId(),
            version.getVersion(),
            version.getAdapterId(),
            version.getParentAdapterId(),
            version.getRecommenderDigest(),
            version.getWatermarkDigest(),
            version.getWatermark(),
            version.getMinimumWatermark(),
            version.getStatus() == VersionStatus.CANARY
                ? VersionStatement.share(
                    version.getCanary().getReplicas(), version.getCanary().getPercent())
                : null)
        .isSignedBy(pair.getPublic(), version.getSignature());
  }

  @Test
  void shouldSignACanaryWithItsShareSoThatItPassesForNoReleaseAndNoLargerOne() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path file = Files.writeString(folder.resolve("key.pem"), VersionKeys.pem(pair.getPrivate()));
    producer = newProducer();
    desk =
        desk(new VersionWriter(producer, serializer, group(), VersionSigner.of(Optional.of(file))));
    desk.open();
    desk.move(new Move.StartCanary(new CanaryShare(List.of(), 10), ORDER));
    desk.take(record(7, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    AdapterVersion onTrial = published().get(published().size() - 2);
    assertThat(onTrial.getStatus()).isEqualTo(VersionStatus.CANARY);
    assertThat(isSignedBy(pair, onTrial)).isTrue();
    assertThat(
            isSignedBy(
                pair, AdapterVersion.newBuilder(onTrial).setStatus(VersionStatus.RELEASED).build()))
        .isFalse();
    assertThat(
            isSignedBy(
                pair,
                AdapterVersion.newBuilder(onTrial)
                    .setCanary(new CanaryShare(List.of(), 99))
                    .build()))
        .isFalse();
  }

  @Test
  void shouldPublishAllOfAMoveInOneTransactionAndFollowOnlyThen() {
    desk.take(record(0, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    desk.take(record(1, Candidates.exact("set-1", "exact-1", "adapter-1").build()));
    long commits = producer.commitCount();
    Move withdraw = new Move.Withdraw(2, false, ORDER);

    producer.commitTransactionException = new KafkaException("the broker is away");
    assertThatThrownBy(() -> desk.move(withdraw)).hasMessage("the broker is away");
    assertThat(lineage.current().orElseThrow().version().getVersion()).isEqualTo(2);

    producer.commitTransactionException = null;
    desk.move(withdraw);
    assertThat(producer.commitCount()).isEqualTo(commits + 1);
    assertThat(published().subList(published().size() - 2, published().size()))
        .extracting(AdapterVersion::getStatus)
        .containsExactly(VersionStatus.WITHDRAWN, VersionStatus.RELEASED);
    assertThat(view.versions()).hasSize(4);
    assertThat(meters.counter("adapter.version.moves", "move", "withdraw").count()).isEqualTo(1);
    ProducerRecord<byte[], byte[]> last = producer.history().get(producer.history().size() - 1);
    assertThat(CloudEvents.text(last.headers(), "ce_id"))
        .isEqualTo("recommender/3/WITHDRAW/" + NOW.toEpochMilli());
    assertThat(desk.move(withdraw)).isEqualTo(new MoveDecision.Unchanged());
    assertThat(producer.commitCount()).isEqualTo(commits + 1);
  }

  @Test
  void shouldHaveCandidatesWaitDuringATrialAndPromoteItWhenItsTimeIsOver() {
    desk.move(new Move.StartCanary(new CanaryShare(List.of("server-1"), 0), ORDER));
    desk.take(record(0, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    assertThat(desk.isWaiting()).isTrue();
    desk.turn();
    assertThat(desk.isWaiting()).isTrue();

    now = NOW.plus(Duration.ofHours(1));
    desk.turn();
    assertThat(desk.isWaiting()).isFalse();
    assertThat(lineage.current().orElseThrow().version().getVersion()).isEqualTo(1);
    assertThat(lineage.current().orElseThrow().version().getMove().getActorRef()).isEmpty();
  }

  @Test
  void shouldCommitVersionAndOffsetTogether() {
    desk.take(record(7, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));

    ProducerRecord<byte[], byte[]> message = producer.history().get(1);
    assertThat(message.topic()).isEqualTo("adapter.version");
    assertThat(new String(message.key(), StandardCharsets.UTF_8)).isEqualTo("recommender");
    assertThat(CloudEvents.text(message.headers(), "ce_type")).isEqualTo("adapter.version");
    assertThat(CloudEvents.text(message.headers(), "ce_id")).isEqualTo("recommender/1");
    assertThat(published().get(1).getAdapterId()).isEqualTo("adapter-1");
    assertThat(committedOffsets()).containsExactly(8L);
    assertThat(producer.commitCount()).isEqualTo(2);
    assertThat(view.versions()).hasSize(2);
    assertThat(view.minimumWatermark().sorted()).containsExactly("r1");
  }

  @Test
  void shouldMoveOnWithoutAVersionWhenTheCandidateComesTwice() {
    AdapterTrained candidate = Candidates.accepted("set-1", "adapter-1", null, "r1").build();
    desk.take(record(0, candidate));
    desk.take(record(1, candidate));
    assertThat(producer.history()).hasSize(2);
    assertThat(committedOffsets()).containsExactly(1L, 2L);
    assertThat(meters.counter("adapter.candidates.duplicate").count()).isEqualTo(1);
  }

  @Test
  void shouldPublishAnExactVersionForTheSetOfTheOneItReplaces() {
    desk.take(record(0, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));
    desk.take(record(1, Candidates.exact("set-1", "exact-1", "adapter-1").build()));
    assertThat(published())
        .extracting(AdapterVersion::getExact)
        .containsExactly(false, false, true);
    assertThat(published().get(2).getWatermark()).containsExactly("r1");
    assertThat(committedOffsets()).containsExactly(1L, 2L);
  }

  @Test
  void shouldShowAndCountRefusalsUpToTheLimit() {
    for (int offset = 0; offset < 3; offset++) {
      desk.take(
          record(
              offset, Candidates.accepted("set-" + offset, "adapter-1", "stranger", "r1").build()));
    }
    assertThat(producer.history()).hasSize(1);
    assertThat(committedOffsets()).containsExactly(1L, 2L, 3L);
    assertThat(view.refusals()).containsExactly(refusal("set-2"), refusal("set-1"));
    assertThat(
            meters.counter("adapter.candidates.refused", "reason", "parent_not_released").count())
        .isEqualTo(3);
  }

  @Test
  void shouldDeadLetterPoisonInTheTransactionOfItsOffsetAndGoOn() {
    byte[] garbage = {1, 2, 3};
    desk.take(rawRecord(4, "recommender", garbage));
    desk.take(record(5, Candidates.accepted("set-1", "adapter-1", null, "r1").build()));

    ProducerRecord<byte[], byte[]> letter = producer.history().get(1);
    assertThat(letter.topic()).isEqualTo("adapter.trained.dlq");
    assertThat(letter.value()).isEqualTo(garbage);
    assertThat(CloudEvents.text(letter.headers(), DeadLetters.SOURCE_TOPIC_HEADER))
        .isEqualTo("adapter.trained");
    assertThat(CloudEvents.text(letter.headers(), DeadLetters.SOURCE_OFFSET_HEADER)).isEqualTo("4");
    assertThat(committedOffsets()).containsExactly(5L, 6L);
    assertThat(producer.history().get(2).topic()).isEqualTo("adapter.version");
  }

  @Test
  void shouldDeadLetterWhatHasNoKeyNoValueOrAnotherModel() {
    AdapterTrained foreign =
        Candidates.accepted("set-1", "adapter-1", null, "r1").setModelId("other").build();
    desk.take(rawRecord(0, null, bytes(foreign)));
    desk.take(rawRecord(1, "recommender", null));
    desk.take(rawRecord(2, "recommender", bytes(foreign)));
    assertThat(producer.history().subList(1, 4))
        .allMatch(letter -> letter.topic().equals("adapter.trained.dlq"));
    assertThat(
            producer.history().subList(1, 4).stream()
                .map(letter -> CloudEvents.text(letter.headers(), DeadLetters.ERROR_REASON_HEADER)))
        .containsExactly(
            "A record of adapter.trained has no key; key it by modelId and send an AdapterTrained.",
            "A record of adapter.trained has no value; key it by modelId and send an"
                + " AdapterTrained.",
            "A candidate is for another model than this catalog's; send it keyed by the modelId"
                + " that lethe.model-id names.");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F10,
      level = FaultLevel.UNIT,
      does = "Refuses the write of a dead letter.",
      load = "1 record",
      oracle = "The record is kept, and the remedy is said.")
  void shouldKeepARecordWhoseDeadLetterCannotBeWrittenAndSayWhatToDo() {
    long committedBefore = producer.commitCount();
    producer.commitTransactionException =
        new KafkaException(
            "in an error state", new TopicAuthorizationException(Set.of("adapter.trained.dlq")));
    assertThatThrownBy(() -> desk.take(rawRecord(4, "recommender", new byte[] {1, 2, 3})))
        .isInstanceOf(UnwritableDeadLetterException.class)
        .hasMessage(
            "The dead letter of adapter.trained-0@4 could not be written to adapter.trained.dlq"
                + " (TopicAuthorizationException). The record is kept where it is and tried again;"
                + " grant this service's principal WRITE and DESCRIBE on adapter.trained.dlq.");
    assertThat(producer.transactionAborted()).isTrue();
    assertThat(producer.commitCount()).isEqualTo(committedBefore);

    producer.commitTransactionException = null;
    desk.take(rawRecord(4, "recommender", new byte[] {1, 2, 3}));
    assertThat(committedOffsets()).last().isEqualTo(5L);
  }

  @Test
  void shouldDecideNothingWhenTheCommitFails() {
    producer.commitTransactionException = new KafkaException("the broker is away");
    AdapterTrained candidate = Candidates.accepted("set-1", "adapter-1", null, "r1").build();
    assertThatThrownBy(() -> desk.take(record(0, candidate)))
        .isInstanceOf(KafkaException.class)
        .hasMessage("the broker is away");
    assertThat(producer.transactionAborted()).isTrue();
    assertThat(lineage.versions()).hasSize(1);
    assertThat(view.versions()).hasSize(1);

    producer.commitTransactionException = null;
    desk.take(record(0, candidate));
    assertThat(lineage.current().orElseThrow().version().getVersion()).isEqualTo(1);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F5,
      level = FaultLevel.UNIT,
      does = "Another catalog takes over while this one decides.",
      load = "1 candidate",
      oracle = "Nothing is written once it is fenced.")
  void shouldRefuseToWriteOnceFenced() {
    producer.fenceProducer();
    assertThatThrownBy(
            () ->
                desk.take(record(0, Candidates.accepted("set-1", "adapter-1", null, "r1").build())))
        .isInstanceOf(ProducerFencedException.class);
    assertThat(lineage.versions()).hasSize(1);
  }

  private static Refusal refusal(String forgetSetId) {
    return new Refusal(
        forgetSetId,
        1,
        "adapter-1",
        RefusalReason.PARENT_NOT_RELEASED,
        "parent is stranger, released is none as version 0",
        NOW);
  }

  private List<AdapterVersion> published() {
    AvroDeserializer<AdapterVersion> versions =
        new AvroDeserializer<>(registry, AdapterVersion.class);
    return producer.history().stream()
        .filter(message -> message.topic().equals("adapter.version"))
        .map(message -> versions.deserialize("adapter.version", message.value()))
        .toList();
  }

  private List<Long> committedOffsets() {
    return producer.consumerGroupOffsetsHistory().stream()
        .map(groups -> groups.get("catalog"))
        .map((Map<TopicPartition, OffsetAndMetadata> offsets) -> offsets.get(SOURCE).offset())
        .toList();
  }

  private byte[] bytes(AdapterTrained candidate) {
    return serializer.serialize("adapter.trained", candidate);
  }

  private ConsumerRecord<byte[], byte[]> record(long offset, AdapterTrained candidate) {
    return rawRecord(offset, "recommender", bytes(candidate));
  }

  private static ConsumerRecord<byte[], byte[]> rawRecord(long offset, String key, byte[] value) {
    return new ConsumerRecord<>(
        SOURCE.topic(),
        SOURCE.partition(),
        offset,
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        value);
  }
}
