package io.lethe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.CatalogItem;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void shouldListEveryEventTopicInTheOrderOfTheFlow() {
    assertThat(Topics.events())
        .extracting(Topic::name)
        .containsExactly(
            "catalog.item",
            "profile.subject",
            "interaction.recorded",
            "deletion.submitted",
            "deletion.requested",
            "forget-set.closed",
            "retain.sampled",
            "unlearning.progressed",
            "adapter.trained",
            "adapter.version",
            "adapter.serving",
            "deletion.progressed",
            "dead-letter.redriven");
  }

  @Test
  void shouldGiveEveryEventTopicADeadLetterTopicOfBytes() {
    assertThat(Topics.all()).hasSize(2 * Topics.events().size());
    for (Topic<?> topic : Topics.events()) {
      Topic<?> deadLetters = Topics.named(topic.name() + ".dlq").orElseThrow();
      assertThat(deadLetters.value()).isEqualTo(byte[].class);
      assertThat(deadLetters.isAvro()).isFalse();
      assertThat(deadLetters.cleanup()).isEqualTo(Cleanup.DELETE);
      assertThat(deadLetters.maxMessageBytes()).isGreaterThan(topic.maxMessageBytes());
    }
  }

  @Test
  void shouldPartitionAlikeWhateverIsKeyedBySubject() {
    assertThat(Topics.events().stream().filter(topic -> topic.key().startsWith("subjectRef")))
        .extracting(Topic::name)
        .containsExactly(
            "profile.subject", "interaction.recorded", "deletion.submitted", "deletion.requested");
    for (Topic<?> topic : Topics.events()) {
      assertThat(topic.partitions()).isEqualTo(topic.key().startsWith("subjectRef") ? 4 : 1);
    }
  }

  @Test
  void shouldNameTopicsInLowerCaseWordsAndDots() {
    assertThat(Topics.all()).allMatch(topic -> topic.name().matches("[a-z-]+\\.[a-z]+(\\.dlq)?"));
  }

  @Test
  void shouldTakeAForgetSetOfFourMebibytesAndItsFrame() {
    assertThat(Topics.LARGE_VALUE_BYTES_MAX).isEqualTo(4_194_304);
    assertThat(Topics.FORGET_SET_CLOSED.maxMessageBytes()).isEqualTo(4_194_304 + 65_536);
    assertThat(Topics.maxMessageBytes()).isEqualTo(4_194_304 + 2 * 65_536);
  }

  @Test
  void shouldConfigureEachKindOfCleanup() {
    assertThat(Topics.PROFILE_SUBJECT.config())
        .isEqualTo(
            Map.of(
                "cleanup.policy",
                "compact",
                "max.compaction.lag.ms",
                "86400000",
                "segment.ms",
                "86400000",
                "segment.bytes",
                "134217728",
                "retention.bytes",
                "-1",
                "max.message.bytes",
                "1114112"));
    assertThat(Topics.FORGET_SET_CLOSED.config())
        .isEqualTo(
            Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                "2592000000",
                "segment.ms",
                "86400000",
                "segment.bytes",
                "134217728",
                "retention.bytes",
                "-1",
                "max.message.bytes",
                "4259840"));
    assertThat(Topics.ADAPTER_VERSION.config())
        .isEqualTo(
            Map.of(
                "cleanup.policy",
                "compact",
                "min.compaction.lag.ms",
                "31536000000",
                "segment.ms",
                "1051200000",
                "segment.bytes",
                "134217728",
                "retention.bytes",
                "-1",
                "max.message.bytes",
                "4259840"));
  }

  @Test
  void shouldLetARecordOutliveItsRetentionByADayOrAThirtiethOfIt() {
    assertThat(Topics.DELETION_SUBMITTED.segment()).isEqualTo(Duration.ofDays(1));
    assertThat(Topics.DELETION_REQUESTED.segment()).isEqualTo(Duration.ofHours(36 * 24 + 12));
    assertThat(Topics.INTERACTION_RECORDED.segment()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void shouldHoldTheLargestBatchOfEveryTopicInOneSegment() {
    assertThat(Topics.all()).allMatch(topic -> topic.maxMessageBytes() <= Topic.SEGMENT_BYTES_MAX);
  }

  @Test
  void shouldNeverDeadLetterADeadLetter() {
    assertThat(Topics.deadLetter("catalog.item")).isEqualTo("catalog.item.dlq");
    assertThatThrownBy(() -> Topics.deadLetter("catalog.item.dlq"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redriven");
  }

  @Test
  void shouldNameTheSourceOfADeadLetterTopic() {
    assertThat(Topics.sourceOf("catalog.item.dlq")).isEqualTo("catalog.item");
    assertThatThrownBy(() -> Topics.sourceOf("catalog.item"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".dlq");
  }

  @Test
  void shouldRefuseATopicThatContradictsItself() {
    assertThatThrownBy(() -> topic(0, null, Cleanup.COMPACT)).hasMessageContaining("partitions");
    assertThatThrownBy(() -> topic(1, Duration.ofDays(1), Cleanup.COMPACT))
        .hasMessageContaining("retention must be null");
    assertThatThrownBy(() -> topic(1, null, Cleanup.COMPACT_WITH_HISTORY))
        .hasMessageContaining("how long");
    assertThat(topic(1, null, Cleanup.DELETE).config()).containsEntry("retention.ms", "-1");
  }

  private static Topic<CatalogItem> topic(int partitions, Duration retention, Cleanup cleanup) {
    return new Topic<>(
        "a.b",
        "id",
        CatalogItem.class,
        partitions,
        retention,
        cleanup,
        1000,
        Compatibility.BACKWARD_TRANSITIVE);
  }
}
