package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Instant RECEIVED = Instant.parse("2026-02-28T09:00:00Z");
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final byte[] VALUE = {1, 2, 3};

  @Test
  void shouldCarryTheOriginalBytesAndWhereTheyCameFrom() {
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.record(
            source(new RecordHeaders()),
            new SerializationException("A value of deletion.requested is not Avro."),
            3,
            Instant.parse("2026-04-01T00:00:00Z"),
            CLOCK);
    assertThat(letter.topic()).isEqualTo("deletion.requested.dlq");
    assertThat(letter.key()).isSameAs(KEY);
    assertThat(letter.value()).isSameAs(VALUE);
    assertThat(letter.partition()).isNull();
    assertThat(texts(letter.headers()))
        .isEqualTo(
            Map.of(
                "lethe-source-topic", "deletion.requested",
                "lethe-source-partition", "2",
                "lethe-source-offset", "41",
                "lethe-error-class", "org.apache.kafka.common.errors.SerializationException",
                "lethe-error-reason", "A value of deletion.requested is not Avro.",
                "lethe-first-seen", "2026-03-01T10:00:00.123Z",
                "lethe-received-at", "2026-02-28T09:00:00Z",
                "lethe-attempts", "3",
                "lethe-due-at", "2026-04-01T00:00:00Z"));
  }

  @Test
  void shouldKeepTheRecordsOwnHeadersAndTheMomentItFirstFailed() {
    Headers headers = new RecordHeaders();
    CloudEvents.stamp(headers, "deletion.requested", "deletion-intake", "id-1", NOW);
    CloudEvents.put(headers, "lethe-first-seen", "2026-01-01T00:00:00Z");
    CloudEvents.put(headers, "lethe-attempts", "3");
    Map<String, String> texts =
        texts(
            DeadLetters.record(
                    source(headers), new IllegalArgumentException("regime is unknown"), 2, CLOCK)
                .headers());
    assertThat(texts)
        .containsEntry("ce_id", "id-1")
        .containsEntry("lethe-first-seen", "2026-01-01T00:00:00Z")
        .containsEntry("lethe-attempts", "4")
        .containsEntry("lethe-error-reason", "regime is unknown")
        .doesNotContainKey("lethe-due-at");
    assertThat(CloudEvents.text(headers, "lethe-attempts")).isEqualTo("3");
  }

  @Test
  void shouldNotPassOnMessagesThatMayHoldData() {
    Map<String, String> texts =
        texts(
            DeadLetters.record(
                    source(new RecordHeaders()),
                    new IllegalStateException("alice@example.org"),
                    1,
                    CLOCK)
                .headers());
    assertThat(texts)
        .containsEntry("lethe-error-class", "java.lang.IllegalStateException")
        .containsEntry("lethe-error-reason", "Unexpected error; see lethe-error-class.");
  }

  @Test
  void shouldCutAReasonThatGoesOnForEver() {
    String reason =
        CloudEvents.text(
            DeadLetters.record(
                    source(new RecordHeaders()),
                    new SerializationException("x".repeat(10_000)),
                    1,
                    CLOCK)
                .headers(),
            "lethe-error-reason");
    assertThat(reason).hasSize(500);
  }

  @Test
  void shouldRefuseARecordThatWasNeverTried() {
    assertThatThrownBy(
            () ->
                DeadLetters.record(
                    source(new RecordHeaders()), new SerializationException("x"), 0, CLOCK))
        .hasMessageContaining("attempts");
  }

  @Test
  void shouldStampCloudEventsAttributesOnce() {
    Headers headers = new RecordHeaders();
    CloudEvents.stamp(headers, "adapter.version", "adapter-catalog", "id-1", NOW);
    CloudEvents.stamp(headers, "adapter.version", "adapter-catalog", "id-2", NOW);
    assertThat(headers.toArray()).hasSize(6);
    assertThat(texts(headers))
        .isEqualTo(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", "id-2",
                "ce_type", "adapter.version",
                "ce_source", "adapter-catalog",
                "ce_time", "2026-03-01T10:00:00.123Z",
                "content-type", "application/avro"));
  }

  private static ConsumerRecord<byte[], byte[]> source(Headers headers) {
    return new ConsumerRecord<>(
        "deletion.requested",
        2,
        41,
        RECEIVED.toEpochMilli(),
        TimestampType.CREATE_TIME,
        3,
        3,
        KEY,
        VALUE,
        headers,
        Optional.empty());
  }

  private static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new TreeMap<>();
    headers.forEach(
        header -> texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return texts;
  }
}
