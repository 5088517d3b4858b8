package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class BlockedPartitionsTest {
  private static final TopicPartition ONE = new TopicPartition("deletion.submitted", 1);
  private static final TopicPartition TWO = new TopicPartition("deletion.submitted", 2);
  private static final RecordPosition SOURCE = new RecordPosition("deletion.submitted", 1, 5);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final BlockedPartitions blocked =
      new BlockedPartitions(Duration.ofSeconds(1), Duration.ofSeconds(3), clock);

  @Test
  void shouldDoubleThePauseUpToItsLimit() {
    assertThat(blocked.block(ONE, "why")).isEqualTo(Duration.ofSeconds(1));
    assertThat(blocked.block(ONE, "why")).isEqualTo(Duration.ofSeconds(2));
    assertThat(blocked.block(ONE, "why")).isEqualTo(Duration.ofSeconds(3));
    assertThat(blocked.block(ONE, "why")).isEqualTo(Duration.ofSeconds(3));
    blocked.release(ONE);
    assertThat(blocked.block(ONE, "why")).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void shouldTryAPartitionAgainOnlyAfterItsPause() {
    blocked.block(ONE, "first");
    blocked.block(TWO, "second");
    blocked.block(TWO, "second");
    assertThat(blocked.due()).isEmpty();
    now.set(Instant.EPOCH.plusSeconds(1));
    assertThat(blocked.due()).containsExactly(ONE);
    assertThat(blocked.size()).isEqualTo(2);
    assertThat(blocked.remedy()).contains("first");
    blocked.retain(List.of(TWO));
    assertThat(blocked.reasons()).containsOnlyKeys(TWO);
  }

  @Test
  void shouldSayWhatAnOperatorIsToDo() {
    assertThat(
            new UnwritableDeadLetterException(
                SOURCE, new ExecutionException(new TopicAuthorizationException("no"))))
        .hasMessage(
            "The dead letter of deletion.submitted-1@5 could not be written to"
                + " deletion.submitted.dlq (TopicAuthorizationException). The record is kept where"
                + " it is and tried again; grant this service's principal WRITE and DESCRIBE on"
                + " deletion.submitted.dlq.");
    assertThat(new UnwritableDeadLetterException(SOURCE, new RecordTooLargeException("big")))
        .hasMessageEndingWith(
            "raise max.message.bytes of deletion.submitted.dlq to 1179648 or more.");
    assertThat(
            new UnwritableDeadLetterException(
                SOURCE, new KafkaException("aborted", new TimeoutException("away"))))
        .hasMessageContaining("(TimeoutException)")
        .hasMessageEndingWith(
            "create deletion.submitted.dlq if it is missing, else see that its broker answers.");
    assertThat(new UnwritableDeadLetterException(SOURCE, new IllegalStateException("secret")))
        .hasMessageContaining("(IllegalStateException)")
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldRefusePausesThatAreNone() {
    assertThatThrownBy(
            () -> new BlockedPartitions(Duration.ofSeconds(3), Duration.ofSeconds(1), clock))
        .hasMessageContaining("PT3S");
  }
}
