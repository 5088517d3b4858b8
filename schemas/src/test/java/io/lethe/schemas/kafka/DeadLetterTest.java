package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** What is written about a record is read back, sent back, and counted on when it fails again. */
class DeadLetterTest {
  private static final Instant RECEIVED = Instant.parse("2026-02-28T09:00:00Z");
  private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LATER = FIRST.plus(Duration.ofDays(9));
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final byte[] VALUE = {1, 2, 3};
  private static final SerializationException POISON = new SerializationException("not Avro");

  @Test
  void shouldTellTheShapeOfTheRecordAndNothingOfItsBytes() {
    assertThat(DeadLetter.of(letterOf(source(KEY, VALUE, new RecordHeaders()))))
        .isEqualTo(
            new DeadLetter(
                new RecordPosition("deletion.requested.dlq", 0, 17),
                new RecordPosition("deletion.requested", 2, 41),
                3,
                3,
                0,
                "org.apache.kafka.common.errors.SerializationException",
                "not Avro",
                RECEIVED,
                FIRST,
                RECEIVED,
                1,
                0,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void shouldReadHeadersOfAForeignHandAsUnknown() {
    Headers headers = new RecordHeaders();
    for (String name :
        new String[] {
          "lethe-source-partition",
          "lethe-source-offset",
          "lethe-attempts",
          "lethe-redrives",
          "lethe-first-seen",
          "lethe-received-at",
          "lethe-due-at",
          "lethe-omitted-bytes",
          "lethe-redriven-from"
        }) {
      CloudEvents.put(headers, name, "-x7");
    }
    DeadLetter letter = DeadLetter.of(at("catalog.item.dlq", 3, null, null, headers));
    assertThat(letter.source()).isEqualTo(new RecordPosition("catalog.item", -1, -1));
    assertThat(letter.source().isKnown()).isFalse();
    assertThat(letter.keyBytes()).isEqualTo(-1);
    assertThat(letter.valueBytes()).isEqualTo(-1);
    assertThat(letter.attempts()).isEqualTo(1);
    assertThat(letter.redrives()).isZero();
    assertThat(letter.firstSeen()).isEqualTo(RECEIVED);
    assertThat(letter.receivedAt()).isEqualTo(RECEIVED);
    assertThat(letter.dueAt()).isEmpty();
    assertThat(letter.redrivenFrom()).isEmpty();
    assertThat(letter.isOmitted()).isFalse();
    assertThat(letter.errorClass()).isEqualTo("unknown");
  }

  @Test
  void shouldSendTheOriginalBytesBackWithOneAttemptMore() {
    Headers headers = new RecordHeaders();
    CloudEvents.stamp(headers, "deletion.requested", "deletion-intake", "id-1", RECEIVED);
    ProducerRecord<byte[], byte[]> back =
        DeadLetters.redriven(letterOf(source(KEY, VALUE, headers)), null, "redrive-1");
    assertThat(back.topic()).isEqualTo("deletion.requested");
    assertThat(back.partition()).isNull();
    assertThat(back.key()).isEqualTo(KEY);
    assertThat(back.value()).isEqualTo(VALUE);
    assertThat(text(back, "ce_id")).isEqualTo("id-1");
    assertThat(text(back, "lethe-attempts")).isEqualTo("2");
    assertThat(text(back, "lethe-redrives")).isEqualTo("1");
    assertThat(text(back, "lethe-redrive-id")).isEqualTo("redrive-1");
    assertThat(text(back, "lethe-redriven-from")).isEqualTo("deletion.requested.dlq-0@17");
    assertThat(text(back, "lethe-received-at")).isEqualTo("2026-02-28T09:00:00Z");
    assertThat(text(back, "lethe-first-seen")).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(text(back, "lethe-error-reason")).isNull();
    assertThat(text(back, "lethe-source-offset")).isNull();
  }

  @Test
  void shouldSendARecordWithoutKeyBackIntoThePartitionItWasFoundIn() {
    assertThat(
            DeadLetters.redriven(letterOf(source(null, VALUE, new RecordHeaders())), null, "r")
                .partition())
        .isEqualTo(2);
  }

  @Test
  void shouldSendARecordWhoseKeyTellsNoPlaceBackIntoThePartitionItWasFoundIn() {
    ConsumerRecord<byte[], byte[]> malformed =
        new ConsumerRecord<>("interaction.recorded", 3, 5, KEY, VALUE);
    ProducerRecord<byte[], byte[]> back =
        DeadLetters.redriven(
            letterOf(malformed, DeadLetters.record(malformed, POISON, 1, clock())), null, "r");
    assertThat(back.partition()).isEqualTo(3);
    assertThat(back.key()).isEqualTo(KEY);
  }

  @Test
  void shouldKeepCountingAndKeepTheClockWhenItFailsAgain() {
    ProducerRecord<byte[], byte[]> back =
        DeadLetters.redriven(letterOf(source(KEY, VALUE, new RecordHeaders())), null, "redrive-1");
    ConsumerRecord<byte[], byte[]> again = source(KEY, VALUE, back.headers());
    DeadLetter second =
        DeadLetter.of(
            letterOf(
                again, DeadLetters.record(again, POISON, 1, Clock.fixed(LATER, ZoneOffset.UTC))));
    assertThat(second.attempts()).isEqualTo(2);
    assertThat(second.redrives()).isEqualTo(1);
    assertThat(second.firstSeen()).isEqualTo(FIRST);
    assertThat(second.receivedAt()).isEqualTo(RECEIVED);
    assertThat(second.redrivenFrom()).contains(new RecordPosition("deletion.requested.dlq", 0, 17));
  }

  @Test
  void shouldCountTriesWithinOneDeliveryOnTopOfThoseBefore() {
    Headers headers = new RecordHeaders();
    CloudEvents.put(headers, "lethe-attempts", "6");
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.record(source(KEY, VALUE, headers), POISON, 5, clock());
    assertThat(text(letter, "lethe-attempts")).isEqualTo("10");
  }

  @Test
  void shouldReferToARecordThatIsLargerThanItsDeadLetterTopicTakes() {
    byte[] huge = new byte[10_000_000];
    Headers headers = new RecordHeaders();
    CloudEvents.put(headers, "theirs", "x");
    ConsumerRecord<byte[], byte[]> source = source(KEY, huge, headers);
    ProducerRecord<byte[], byte[]> letter = DeadLetters.record(source, POISON, 1, clock());
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
    assertThat(text(letter, "theirs")).isNull();
    assertThat(text(letter, "lethe-omitted-bytes")).isEqualTo("10000022");
    assertThat(text(letter, "lethe-omitted-sha256")).isEqualTo(DeadLetters.sha256(huge));
    ConsumerRecord<byte[], byte[]> read = letterOf(source, letter);
    assertThat(DeadLetter.of(read).isOmitted()).isTrue();
    assertThatThrownBy(() -> DeadLetters.redriven(read, null, "r"))
        .isInstanceOf(IllegalArgumentException.class);
    ProducerRecord<byte[], byte[]> back = DeadLetters.redriven(read, source, "r");
    assertThat(back.value()).isSameAs(huge);
    assertThat(text(back, "theirs")).isEqualTo("x");
    assertThat(text(back, "lethe-omitted-bytes")).isNull();
  }

  @Test
  void shouldCarryTheLargestRecordThatItsSourceTakes() {
    byte[] large = new byte[Topics.VALUE_BYTES_MAX];
    assertThat(
            DeadLetters.record(source(KEY, large, new RecordHeaders()), POISON, 1, clock()).value())
        .isSameAs(large);
  }

  @Test
  void shouldNeverCountADeadlineFromTheFuture() {
    ConsumerRecord<byte[], byte[]> ahead =
        new ConsumerRecord<>(
            "deletion.requested",
            2,
            41,
            Instant.parse("9999-01-01T00:00:00Z").toEpochMilli(),
            TimestampType.CREATE_TIME,
            3,
            3,
            KEY,
            VALUE,
            new RecordHeaders(),
            Optional.empty());
    assertThat(DeadLetters.receivedAt(ahead, clock())).isEqualTo(FIRST);
  }

  @Test
  void shouldWriteAndReadPositions() {
    RecordPosition position = new RecordPosition("forget-set.closed.dlq", 0, 7);
    assertThat(position).hasToString("forget-set.closed.dlq-0@7");
    assertThat(RecordPosition.parse("forget-set.closed.dlq-0@7")).isEqualTo(position);
    for (String malformed : new String[] {"", "a@1", "a-b@1", "a-1@x", "-1@2"}) {
      assertThatThrownBy(() -> RecordPosition.parse(malformed))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static ConsumerRecord<byte[], byte[]> letterOf(ConsumerRecord<byte[], byte[]> source) {
    return letterOf(source, DeadLetters.record(source, POISON, 1, clock()));
  }

  private static ConsumerRecord<byte[], byte[]> letterOf(
      ConsumerRecord<byte[], byte[]> source, ProducerRecord<byte[], byte[]> letter) {
    return at(letter.topic(), 17, letter.key(), letter.value(), letter.headers());
  }

  private static ConsumerRecord<byte[], byte[]> source(byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        "deletion.requested",
        2,
        41,
        RECEIVED.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> at(
      String topic, long offset, byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        0,
        offset,
        RECEIVED.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static Clock clock() {
    return Clock.fixed(FIRST, ZoneOffset.UTC);
  }

  private static String text(ProducerRecord<byte[], byte[]> record, String name) {
    return CloudEvents.text(record.headers(), name);
  }
}
