package io.lethe.intake.kafka;

import static io.lethe.intake.Requests.NOW;
import static io.lethe.intake.Requests.SUBJECT_REF;
import static io.lethe.intake.Requests.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.lethe.intake.Requests;
import io.lethe.intake.TestPublishing;
import io.lethe.intake.accept.RequestAcceptance;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubmissionDoorTest {
  private static final TopicPartition PARTITION = new TopicPartition("deletion.submitted", 0);
  private static final int SCHEMA_ID_MAX = 1000;
  private static final TopicPartition OTHER = new TopicPartition("deletion.submitted", 1);
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final MockSchemaRegistryClient registry =
      new MockSchemaRegistryClient(List.of(new AvroSchemaProvider())) {
        @Override
        public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
          // The mock itself answers with the code of an unknown subject, as no registry does.
          if (id > SCHEMA_ID_MAX) {
            throw new RestClientException("Schema not found", 404, 40403);
          }
          return super.getSchemaById(id);
        }
      };
  private final AvroSerializer serializer = new AvroSerializer(registry);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<byte[], byte[]> deadLetters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final RequestStatusTable table = new RequestStatusTable(10);
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final BlockedPartitions blocked =
      new BlockedPartitions(
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          ((InstantSource) now::get).withZone(ZoneOffset.UTC));
  private TestPublishing publishing;
  private SubmissionDoor door;
  private boolean registryIsAway;
  private long nextOffset;

  @BeforeEach
  void open() {
    start(true);
  }

  private void start(boolean acknowledges) {
    publishing = new TestPublishing(acknowledges);
    RequestAcceptance acceptance =
        new RequestAcceptance(
            table,
            new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60)),
            publishing.publisher(),
            10,
            CLOCK);
    AvroDeserializer<DeletionSubmitted> avro =
        new AvroDeserializer<>(registry, DeletionSubmitted.class);
    Deserializer<DeletionSubmitted> values =
        (topic, bytes) -> {
          if (registryIsAway) {
            throw new TimeoutException("The schema registry cannot be reached.");
          }
          return avro.deserialize(topic, bytes);
        };
    door =
        new SubmissionDoor(
            consumer,
            new SubmittedRecords(values, 3),
            acceptance,
            deadLetters,
            publishing.metrics(),
            blocked,
            Duration.ofMillis(50),
            CLOCK);
    if (consumer.subscription().isEmpty()) {
      door.open();
      consumer.rebalance(List.of(PARTITION, OTHER));
      consumer.updateBeginningOffsets(Map.of(PARTITION, 0L, OTHER, 0L));
    }
  }

  @Test
  void shouldPublishASubmissionAndThenCommitItsPosition() throws InterruptedException {
    submit(1);

    assertThat(door.takeOnce()).isTrue();

    assertThat(requests()).containsExactly(erase(1, NOW));
    assertThat(committed()).contains(1L);
    assertThat(deadLetters.history()).isEmpty();
  }

  @Test
  void shouldStartTheLegalClockAtTheRecordsTime() throws InterruptedException {
    Instant arrivedAt = Instant.parse("2026-03-01T00:00:00Z");
    add(SUBJECT_REF, serialized(submitted(1)), arrivedAt);

    door.takeOnce();

    DeletionRequested request = requests().get(0);
    assertThat(request.getReceivedAt()).isEqualTo(arrivedAt);
    assertThat(request.getAcceptedAt()).isEqualTo(NOW);
    assertThat(request.getDueAt()).isEqualTo(Instant.parse("2026-04-01T21:59:59.999Z"));
  }

  @Test
  void shouldPublishARepetitionOnce() throws InterruptedException {
    submit(1);
    submit(1);

    door.takeOnce();

    assertThat(requests()).hasSize(1);
    assertThat(committed()).contains(2L);
  }

  @Test
  void shouldWithdrawARequestThatCameJustBefore() throws InterruptedException {
    submit(1);
    submit(submitted(1), builder -> builder.setWithdraw(true));

    door.takeOnce();

    assertThat(requests())
        .extracting(DeletionRequested::getAction)
        .containsExactly(DeletionAction.ERASE, DeletionAction.WITHDRAW);
    assertThat(deadLetters.history()).isEmpty();
  }

  @Test
  void shouldDeadLetterAWithdrawalThatComesTooLate() throws InterruptedException {
    table.onRequested(Requests.erase(1, "digest", null));
    table.onProgressed(Requests.progress(1, RequestStage.FORGET_SET_CLOSED));
    submit(submitted(1), builder -> builder.setWithdraw(true));

    assertDeadLettered("RefusedException", "can no longer be withdrawn");
  }

  @Test
  void shouldDeadLetterBytesThatAreNotAvro() throws InterruptedException {
    add(SUBJECT_REF, "not avro".getBytes(StandardCharsets.UTF_8), NOW);

    assertDeadLettered("SerializationException", "");
  }

  @Test
  void shouldDeadLetterAnUnknownSchemaId() throws InterruptedException {
    byte[] bytes = serialized(submitted(1));
    bytes[1] = 0x7f;
    add(SUBJECT_REF, bytes, NOW);

    assertDeadLettered("SerializationException", "schema id");
  }

  @Test
  void shouldDeadLetterANullKey() throws InterruptedException {
    add(null, serialized(submitted(1)), NOW);

    assertDeadLettered("SerializationException", "The key is null");
  }

  @Test
  void shouldDeadLetterANullValue() throws InterruptedException {
    add(SUBJECT_REF, null, NOW);

    assertDeadLettered("SerializationException", "The value is null");
  }

  @Test
  void shouldDeadLetterAKeyThatIsNotTheSubject() throws InterruptedException {
    add("b".repeat(52), serialized(submitted(1)), NOW);

    assertDeadLettered("RefusedException", "differs from subjectRef");
  }

  @Test
  void shouldDeadLetterASubjectInClearWithoutRepeatingIt() throws InterruptedException {
    submit(submitted(1), builder -> builder.setSubjectRef("alice"), "alice");

    assertDeadLettered("RefusedException", "subjectRef has 5 characters");
    assertThat(header("lethe-error-reason")).doesNotContain("alice");
  }

  @Test
  void shouldDeadLetterAnUnknownRegime() throws InterruptedException {
    submit(submitted(1), builder -> builder.setRegime(Regime.UNKNOWN));

    assertDeadLettered("RefusedException", "regime is unknown");
  }

  @Test
  void shouldDeadLetterABadUuid() throws InterruptedException {
    submit(submitted(1), builder -> builder.setRequestId("17"));

    assertDeadLettered("RefusedException", "requestId has 2 characters that form no UUID");
  }

  @Test
  void shouldDeadLetterAPastDate() throws InterruptedException {
    submit(submitted(1), builder -> builder.setSubmittedAt(Instant.parse("2020-01-01T00:00:00Z")));

    assertDeadLettered("RefusedException", "has passed already");
  }

  @Test
  void shouldDeadLetterAFutureDate() throws InterruptedException {
    submit(submitted(1), builder -> builder.setSubmittedAt(Instant.parse("2027-01-01T00:00:00Z")));

    assertDeadLettered("RefusedException", "lies in the future");
  }

  @Test
  void shouldDeadLetterOtherContentUnderTheSameId() throws InterruptedException {
    submit(1);
    door.takeOnce();
    submit(submitted(1), builder -> builder.setRegime(Regime.CCPA));

    door.takeOnce();

    assertThat(requests()).hasSize(1);
    assertThat(deadLetters.history()).hasSize(1);
    assertThat(header("lethe-error-reason")).contains("stands for another request");
  }

  @Test
  void shouldHoldOnlyThePartitionWhoseDeadLetterCannotBeWritten() throws InterruptedException {
    deadLetters.sendException = new TopicAuthorizationException("no");
    submit(1);
    add(SUBJECT_REF, new byte[] {1, 2, 3}, NOW);

    assertThat(door.takeOnce()).isTrue();

    assertThat(committed()).contains(1L);
    assertThat(consumer.paused()).containsExactly(PARTITION);
    assertThat(consumer.position(PARTITION)).isEqualTo(1);
    assertThat(blocked.remedy())
        .contains(
            "The dead letter of deletion.submitted-0@1 could not be written to"
                + " deletion.submitted.dlq (TopicAuthorizationException). The record is kept where"
                + " it is and tried again; grant this service's principal WRITE and DESCRIBE on"
                + " deletion.submitted.dlq.");

    nextOffset = 0;
    add(OTHER, SUBJECT_REF, serialized(submitted(2)), NOW);
    assertThat(door.takeOnce()).isTrue();
    assertThat(requests()).hasSize(2);
    assertThat(consumer.paused()).containsExactly(PARTITION);

    deadLetters.sendException = null;
    now.set(NOW.plusSeconds(1));
    nextOffset = 1;
    add(SUBJECT_REF, new byte[] {1, 2, 3}, NOW);
    assertThat(door.takeOnce()).isTrue();
    assertThat(deadLetters.history()).hasSize(1);
    assertThat(committed()).contains(2L);
    assertThat(consumer.paused()).isEmpty();
    assertThat(blocked.size()).isZero();
  }

  @Test
  void shouldGoOnCountingTheLegalClockOfARecordThatWasSentBack() throws InterruptedException {
    ConsumerRecord<byte[], byte[]> again =
        recordOf(PARTITION, SUBJECT_REF, serialized(submitted(1)), NOW);
    again
        .headers()
        .add("lethe-received-at", "2026-03-01T00:00:00Z".getBytes(StandardCharsets.UTF_8));
    consumer.addRecord(again);

    door.takeOnce();

    assertThat(requests().get(0).getReceivedAt()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(requests().get(0).getDueAt()).isEqualTo(Instant.parse("2026-04-01T21:59:59.999Z"));
  }

  @Test
  void shouldDeadLetterADateInTheFarFuture() throws InterruptedException {
    submit(submitted(1), change -> change.setSubmittedAt(Instant.ofEpochMilli(Long.MAX_VALUE)));
    door.takeOnce();
    assertThat(deadLetters.history()).hasSize(1);
    assertThat(header("lethe-error-reason")).contains("submittedAt lies in the future");
  }

  @Test
  void shouldGoOnAfterADeadLetter() throws InterruptedException {
    add(SUBJECT_REF, new byte[] {1, 2, 3}, NOW);
    submit(2);

    assertThat(door.takeOnce()).isTrue();

    assertThat(requests()).containsExactly(erase(2, NOW));
    assertThat(committed()).contains(2L);
  }

  @Test
  void shouldWaitWithoutDeadLetterWhileTheRegistryIsAway() throws InterruptedException {
    submit(1);
    registryIsAway = true;
    assertThat(door.takeOnce()).isFalse();
    assertThat(committed()).isEmpty();
    assertThat(deadLetters.history()).isEmpty();

    registryIsAway = false;
    submitAgain(1);
    assertThat(door.takeOnce()).isTrue();
    assertThat(requests()).containsExactly(erase(1, NOW));
    assertThat(committed()).contains(1L);
  }

  @Test
  void shouldCommitNothingBeyondARecordThatTheBrokerHasNotAcknowledged()
      throws InterruptedException {
    start(false);
    submit(1);
    submit(2);

    assertThat(door.takeOnce()).isFalse();

    assertThat(publishing.sent()).hasSize(2);
    assertThat(committed()).isEmpty();
    assertThat(consumer.position(PARTITION)).isZero();
  }

  private void submit(int number) {
    add(SUBJECT_REF, serialized(submitted(number)), NOW);
  }

  /** The mock consumer hands out a record once, so a record read again must be added again. */
  private void submitAgain(int number) {
    nextOffset--;
    submit(number);
  }

  private void submit(DeletionSubmitted base, Consumer<DeletionSubmitted.Builder> change) {
    submit(base, change, SUBJECT_REF);
  }

  private void submit(
      DeletionSubmitted base, Consumer<DeletionSubmitted.Builder> change, String key) {
    DeletionSubmitted.Builder builder = DeletionSubmitted.newBuilder(base);
    change.accept(builder);
    add(key, serialized(builder.build()), NOW);
  }

  private void add(String key, byte[] value, Instant timestamp) {
    add(PARTITION, key, value, timestamp);
  }

  private void add(TopicPartition partition, String key, byte[] value, Instant timestamp) {
    consumer.addRecord(recordOf(partition, key, value, timestamp));
  }

  private ConsumerRecord<byte[], byte[]> recordOf(
      TopicPartition partition, String key, byte[] value, Instant timestamp) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        nextOffset++,
        timestamp.toEpochMilli(),
        TimestampType.CREATE_TIME,
        -1,
        -1,
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private byte[] serialized(DeletionSubmitted submitted) {
    return serializer.serialize(PARTITION.topic(), submitted);
  }

  private static DeletionSubmitted submitted(int number) {
    return DeletionSubmitted.newBuilder()
        .setRequestId(id(number))
        .setSubjectRef(SUBJECT_REF)
        .setScope(DeletionScope.newBuilder().setKind(ScopeKind.ALL).setItemIds(List.of()).build())
        .setRegime(Regime.GDPR)
        .setSource("shop")
        .build();
  }

  private static DeletionRequested erase(int number, Instant receivedAt) {
    return DeletionRequested.newBuilder(
            Requests.erase(number, Requests.submission(number, null).contentDigest(), null))
        .setReceivedAt(receivedAt)
        .build();
  }

  private List<DeletionRequested> requests() {
    return publishing.sent().stream().map(sent -> (DeletionRequested) sent.value()).toList();
  }

  private Optional<Long> committed() {
    return Optional.ofNullable(consumer.committed(Set.of(PARTITION)).get(PARTITION))
        .map(position -> position.offset());
  }

  private void assertDeadLettered(String errorClass, String reason) throws InterruptedException {
    assertThat(door.takeOnce()).isTrue();
    assertThat(requests()).isEmpty();
    assertThat(deadLetters.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> letter = deadLetters.history().get(0);
    assertThat(letter.topic()).isEqualTo("deletion.submitted.dlq");
    assertThat(header("lethe-source-topic")).isEqualTo("deletion.submitted");
    assertThat(header("lethe-source-partition")).isEqualTo("0");
    assertThat(header("lethe-source-offset")).isEqualTo("0");
    assertThat(header("lethe-error-class")).endsWith(errorClass);
    assertThat(header("lethe-error-reason")).contains(reason);
    assertThat(committed()).contains(1L);
  }

  private String header(String name) {
    return new String(
        deadLetters.history().get(0).headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
