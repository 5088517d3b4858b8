package io.lethe.ledger.deadletter;

import io.lethe.schemas.kafka.DeadLetters;
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

/** Dead letters for tests, as services write them. */
final class Letters {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Letters() {}

  /** A record of a topic's first partition, received that many hours after the start. */
  static ConsumerRecord<byte[], byte[]> source(String topic, long offset, int hours, String value) {
    return at(
        topic,
        offset,
        START.plus(Duration.ofHours(hours)),
        bytes("key-" + offset),
        bytes(value),
        new RecordHeaders());
  }

  /** Its letter at an offset of the dead-letter topic, written when it was received. */
  static ConsumerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> source, long offset, Instant dueAt) {
    Instant seen = Instant.ofEpochMilli(source.timestamp());
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.record(
            source,
            new SerializationException("A value is not Avro."),
            1,
            dueAt,
            Clock.fixed(seen, ZoneOffset.UTC));
    return at(letter.topic(), offset, seen, letter.key(), letter.value(), letter.headers());
  }

  /** A record as it lies in a topic. */
  static ConsumerRecord<byte[], byte[]> at(
      String topic, long offset, Instant time, byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        0,
        offset,
        time.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
