package io.lethe.ledger.deadletter;

import static io.lethe.ledger.deadletter.Letters.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.ledger.ManualClock;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

/** The steps that speak to Kafka, over its own stand-ins for clients. */
class KafkaRedriveTest {
  private static final TopicPartition ITEMS = new TopicPartition("catalog.item", 0);
  private static final TopicPartition SERVING = new TopicPartition("adapter.serving", 0);

  private final ManualClock clock = new ManualClock(START);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Deque<MockProducer<byte[], byte[]>> producers = new ArrayDeque<>();
  private final BlockedPartitions blocked =
      new BlockedPartitions(Duration.ofSeconds(1), Duration.ofSeconds(4), clock);
  private boolean registryIsAway;

  @Test
  void shouldWriteRecordAndEventInOneTransaction() {
    KafkaRedriveTransport transport = transport();
    transport.send(List.of(sending("deletion.submitted", 1)));
    MockProducer<byte[], byte[]> producer = producers.getLast();
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("deletion.submitted", "dead-letter.redriven");
    ProducerRecord<byte[], byte[]> event = producer.history().get(1);
    assertThat(new String(event.key())).isEqualTo("deletion.submitted.dlq-0@1");
    assertThat(CloudEvents.text(event.headers(), "ce_source")).isEqualTo("erasure-ledger");
  }

  @Test
  void shouldLeaveNothingBehindWhenATransactionFailsAndBeginAnew() {
    KafkaRedriveTransport transport = transport();
    transport.send(List.of(sending("deletion.submitted", 1)));
    producers.getLast().commitTransactionException = new TimeoutException("away");
    assertThatThrownBy(() -> transport.send(List.of(sending("deletion.submitted", 2))))
        .isInstanceOf(TimeoutException.class);
    assertThat(producers.getLast().closed()).isTrue();
    transport.send(List.of(sending("deletion.submitted", 2)));
    assertThat(producers).hasSize(2);
    assertThat(producers.getLast().history()).hasSize(2);
  }

  @Test
  void shouldReadASingleRecordAndNoneThatIsGone() {
    consumer.assign(List.of(ITEMS));
    consumer.updateBeginningOffsets(Map.of(ITEMS, 3L));
    consumer.updateEndOffsets(Map.of(ITEMS, 6L));
    KafkaLetterSource source = new KafkaLetterSource(consumer, Duration.ofSeconds(5), clock);
    assertThat(source.read(new RecordPosition("catalog.item", 0, 2))).isEmpty();
    assertThat(source.read(new RecordPosition("catalog.item", 0, 6))).isEmpty();
    consumer.schedulePollTask(() -> consumer.addRecord(item(4, "a", "x")));
    assertThat(source.read(new RecordPosition("catalog.item", 0, 4)))
        .hasValueSatisfying(record -> assertThat(record.value()).isEqualTo(Letters.bytes("x")));
  }

  @Test
  void shouldFindALaterRecordOfTheSameKeyInACompactedTopicOnly() {
    consumer.assign(List.of(ITEMS));
    consumer.updateBeginningOffsets(Map.of(ITEMS, 0L));
    consumer.updateEndOffsets(Map.of(ITEMS, 4L));
    KafkaLetterSource source = new KafkaLetterSource(consumer, Duration.ofSeconds(5), clock);
    DeadLetter letter = DeadLetter.of(Letters.letter(item(1, "a", "x"), 1, null));
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(item(2, "b", "x"));
          consumer.addRecord(item(3, "a", null));
        });
    assertThat(source.isSuperseded(letter, Letters.bytes("a"))).isTrue();
    DeadLetter ofADeleted =
        DeadLetter.of(Letters.letter(Letters.source("deletion.submitted", 1, 0, "x"), 1, null));
    assertThat(source.isSuperseded(ofADeleted, Letters.bytes("a"))).isFalse();
  }

  @Test
  void shouldKeepThePoisonOfATopicThatNobodyWorksOff() throws Exception {
    PoisonKeeper keeper = keeper(producer(false));
    consumer.addRecord(item(0, "a", "good"));
    consumer.addRecord(item(1, "a", "poison"));
    keeper.lookOnce();
    assertThat(producers.getLast().history())
        .extracting(ProducerRecord::topic)
        .containsExactly("catalog.item.dlq");
    assertThat(committed(ITEMS)).isEqualTo(2);
  }

  @Test
  void shouldHoldAPartitionWhoseLetterCannotBeWrittenAndGoOnWithTheOthers() throws Exception {
    MockProducer<byte[], byte[]> refusing = producer(true);
    PoisonKeeper keeper = keeper(refusing);
    consumer.addRecord(item(0, "a", "good"));
    consumer.addRecord(item(1, "a", "poison"));
    keeper.lookOnce();
    assertThat(committed(ITEMS)).isEqualTo(1);
    assertThat(consumer.paused()).containsExactly(ITEMS);
    assertThat(blocked.remedy())
        .hasValueSatisfying(text -> assertThat(text).contains("WRITE", "catalog.item.dlq"));
    consumer.addRecord(serving(0));
    keeper.lookOnce();
    assertThat(committed(SERVING)).isEqualTo(1);
    assertThat(consumer.position(ITEMS)).isEqualTo(1);

    refusing.sendException = null;
    clock.advance(Duration.ofSeconds(1));
    consumer.addRecord(item(1, "a", "poison"));
    keeper.lookOnce();
    assertThat(committed(ITEMS)).isEqualTo(2);
    assertThat(blocked.size()).isZero();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldCondemnNothingWhileTheRegistryIsAway() throws Exception {
    PoisonKeeper keeper = keeper(producer(false));
    registryIsAway = true;
    consumer.addRecord(item(0, "a", "good"));
    assertThatThrownBy(keeper::lookOnce).isInstanceOf(TimeoutException.class);
    assertThat(producers.getLast().history()).isEmpty();
    assertThat(consumer.position(ITEMS)).isZero();
    registryIsAway = false;
    consumer.addRecord(item(0, "a", "good"));
    keeper.lookOnce();
    assertThat(committed(ITEMS)).isEqualTo(1);
  }

  private PoisonKeeper keeper(MockProducer<byte[], byte[]> producer) {
    Deserializer<SpecificRecord> values =
        (topic, bytes) -> {
          if (registryIsAway) {
            throw new TimeoutException("The schema registry cannot be reached.");
          }
          if (new String(bytes).equals("poison")) {
            throw new SerializationException("not Avro");
          }
          return null;
        };
    PoisonKeeper keeper =
        new PoisonKeeper(consumer, values, producer, blocked, Duration.ofSeconds(1), clock);
    keeper.open();
    consumer.rebalance(List.of(ITEMS, SERVING));
    consumer.updateBeginningOffsets(Map.of(ITEMS, 0L, SERVING, 0L));
    return keeper;
  }

  private long committed(TopicPartition partition) {
    return consumer.committed(java.util.Set.of(partition)).get(partition).offset();
  }

  private KafkaRedriveTransport transport() {
    return new KafkaRedriveTransport(this::transactional, (topic, value) -> new byte[] {1});
  }

  private Producer<byte[], byte[]> transactional() {
    return producer(false);
  }

  private MockProducer<byte[], byte[]> producer(boolean refuses) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    if (refuses) {
      producer.sendException = new TopicAuthorizationException("no");
    }
    producers.add(producer);
    return producer;
  }

  private static ConsumerRecord<byte[], byte[]> item(long offset, String key, String value) {
    return Letters.at(
        "catalog.item",
        offset,
        START,
        Letters.bytes(key),
        Letters.bytes(value),
        new RecordHeaders());
  }

  private static ConsumerRecord<byte[], byte[]> serving(long offset) {
    return Letters.at(
        "adapter.serving",
        offset,
        START,
        Letters.bytes("s"),
        Letters.bytes("good"),
        new RecordHeaders());
  }

  private static RedriveTransport.Sending sending(String topic, long offset) {
    return new RedriveTransport.Sending(
        new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}),
        DeadLetterRedriven.newBuilder()
            .setRedriveId("r")
            .setDeadLetterTopic(topic + ".dlq")
            .setDeadLetterPartition(0)
            .setDeadLetterOffset(offset)
            .setSourceTopic(topic)
            .setSourcePartition(0)
            .setSourceOffset(offset)
            .setAttempts(1)
            .setRedrives(1)
            .setActorRef("actor")
            .setWhy("why")
            .setRedrivenAt(START)
            .build());
  }
}
