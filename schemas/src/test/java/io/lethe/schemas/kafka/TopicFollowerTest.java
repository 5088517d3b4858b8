package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.SubjectProfile;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
  private static final String ITEMS = Topics.CATALOG_ITEM.name();
  private static final Node NODE = new Node(1, "localhost", 9092);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final long PATIENCE_SECONDS = 20;

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
  private final List<String> story = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch failed = new CountDownLatch(1);
  private volatile int registryOutages;
  private TopicFollower<CatalogItem> follower;

  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
  }

  @Test
  void shouldApplyAWholeTopicThenSayThatItHasCaughtUp() throws Exception {
    topicHolds(ITEMS, 2, Map.of(0, 2L, 1, 1L));
    consumer.schedulePollTask(
        () -> {
          record(0, 0, "a", "A");
          record(0, 1, "a", null);
          record(1, 0, "b", "B");
        });
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story)
        .containsExactlyInAnyOrder("a=A@0", "a=null@1", "b=B@0", "position {0=2, 1=1}", "caught up")
        .containsSubsequence("a=A@0", "a=null@1", "position {0=2, 1=1}", "caught up")
        .endsWith("position {0=2, 1=1}", "caught up");
    assertThat(follower.isCaughtUp()).isTrue();
    assertThat(follower.isRunning()).isTrue();
    assertThat(follower.lastPollAt()).isEqualTo(NOW);
  }

  @Test
  void shouldCatchUpWithAnEmptyTopicAtOnce() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 0L));
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story).containsExactly("position {0=0}", "caught up");
  }

  @Test
  void shouldSkipPoisonAndHandItOn() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 4L));
    consumer.schedulePollTask(
        () -> {
          record(0, 0, "a", "A");
          record(0, 1, "b", "poison");
          record(0, 2, null, "C");
          record(0, 3, "d", "D");
        });
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story)
        .containsExactly(
            "a=A@0",
            "poison@1: not Avro",
            "poison@2: A record of catalog.item has no key.",
            "d=D@3",
            "position {0=4}",
            "caught up");
  }

  @Test
  void shouldPassOverWhatIsKnownWithoutDecodingIt() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 3L));
    consumer.schedulePollTask(
        () -> {
          record(0, 0, "a", "A");
          record(0, 1, "known", "poison");
          record(0, 2, "b", "B");
        });
    follower =
        builder()
            .skipKnown(record -> "known".equals(new String(record.key(), StandardCharsets.UTF_8)))
            .build()
            .start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story).containsExactly("a=A@0", "b=B@2", "position {0=3}", "caught up");
  }

  @Test
  void shouldHandOnBytesAsTheyLieWhenAskedTo() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 2L));
    consumer.schedulePollTask(
        () -> {
          record(0, 0, null, "poison");
          record(0, 1, "b", null);
        });
    follower =
        builder()
            .onBytes(
                bytes ->
                    story.add("bytes@" + bytes.offset() + (bytes.key() == null ? " no key" : "")))
            .build()
            .start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story).containsExactly("bytes@0 no key", "bytes@1", "position {0=2}", "caught up");
  }

  @Test
  void shouldWaitForARegistryThatIsAway() throws Exception {
    registryOutages = 2;
    topicHolds(ITEMS, 1, Map.of(0, 1L));
    consumer.schedulePollTask(() -> record(0, 0, "a", "A"));
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story).containsExactly("a=A@0", "position {0=1}", "caught up");
    assertThat(registryOutages).isZero();
  }

  @Test
  void shouldGoOnAfterABrokerThatWasAway() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 1L));
    consumer.schedulePollTask(() -> consumer.setPollException(new TimeoutException("away")));
    consumer.schedulePollTask(() -> record(0, 0, "a", "A"));
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    assertThat(story).containsExactly("a=A@0", "position {0=1}", "caught up");
  }

  @Test
  void shouldWaitForATopicThatIsYetToBeCreated() throws Exception {
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofMillis(300))).isFalse();
    assertThat(follower.isRunning()).isTrue();
    topicHolds(ITEMS, 1, Map.of(0, 0L));
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
  }

  @Test
  void shouldStopAndSaySoWhenTheServiceFails() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 1L));
    consumer.schedulePollTask(() -> record(0, 0, "a", "bug"));
    follower = follower().start();
    assertThat(failed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(follower.failure()).get().isInstanceOf(IllegalStateException.class);
    assertThat(follower.isCaughtUp()).isFalse();
  }

  @Test
  void shouldCloseItsConsumerAndStayClosed() throws Exception {
    topicHolds(ITEMS, 1, Map.of(0, 0L));
    follower = follower().start();
    assertThat(follower.awaitCaughtUp(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    follower.close();
    follower.close();
    assertThat(consumer.closed()).isTrue();
    assertThat(follower.failure()).isEmpty();
  }

  @Test
  void shouldCloseWhileItWaitsForTheRegistry() throws Exception {
    registryOutages = Integer.MAX_VALUE;
    topicHolds(ITEMS, 1, Map.of(0, 1L));
    CountDownLatch polled = new CountDownLatch(1);
    consumer.schedulePollTask(
        () -> {
          record(0, 0, "a", "A");
          polled.countDown();
        });
    follower = follower().start();
    assertThat(polled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    follower.close();
    assertThat(consumer.closed()).isTrue();
    assertThat(story).isEmpty();
    assertThat(follower.failure()).isEmpty();
  }

  @Test
  void shouldRefuseSettingsThatCannotWork() {
    assertThatThrownBy(() -> TopicFollower.<CatalogItem>builder().onRecord(record -> {}).build())
        .hasMessageContaining("at least one topic");
    assertThatThrownBy(
            () -> TopicFollower.<CatalogItem>builder().topic(Topics.CATALOG_ITEM).build())
        .hasMessageContaining("onRecord");
    assertThatThrownBy(
            () ->
                TopicFollower.<org.apache.avro.specific.SpecificRecord>builder()
                    .topic(Topics.CATALOG_ITEM)
                    .topic(Topics.PROFILE_SUBJECT)
                    .onRecord(record -> {})
                    .onPosition(positions -> {})
                    .build())
        .hasMessageContaining("use onPositions");
  }

  private TopicFollower<CatalogItem> follower() {
    return builder().build();
  }

  private TopicFollowerBuilder<CatalogItem> builder() {
    return TopicFollower.<CatalogItem>builder()
        .topic(Topics.CATALOG_ITEM)
        .consumer(() -> consumer)
        .values(() -> this::valueOf)
        .clock(Clock.fixed(NOW, ZoneOffset.UTC))
        .onRecord(this::apply)
        .onPoison(
            poison ->
                story.add(
                    "poison@" + poison.source().offset() + ": " + poison.error().getMessage()))
        .onPosition(positions -> story.add("position " + new java.util.TreeMap<>(positions)))
        .onCaughtUp(() -> story.add("caught up"))
        .onFailure(fault -> failed.countDown());
  }

  private void apply(FollowedRecord<CatalogItem> record) {
    String title = record.isTombstone() ? "null" : record.value().getTitle();
    if (title.equals("bug")) {
      throw new IllegalStateException("a fault of the service");
    }
    story.add(record.key() + "=" + title + "@" + record.offset());
  }

  private CatalogItem valueOf(String topic, byte[] bytes) {
    if (registryOutages > 0) {
      registryOutages--;
      throw new TimeoutException("The registry is away.");
    }
    String title = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    if ("poison".equals(title)) {
      throw new SerializationException("not Avro");
    }
    return title == null ? null : new CatalogItem("item", title, List.of(), null);
  }

  private void topicHolds(String topic, int partitions, Map<Integer, Long> ends) {
    Map<TopicPartition, Long> begin = new HashMap<>();
    Map<TopicPartition, Long> end = new HashMap<>();
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      begin.put(new TopicPartition(topic, i), 0L);
      end.put(new TopicPartition(topic, i), ends.get(i));
      infos.add(new PartitionInfo(topic, i, NODE, new Node[] {NODE}, new Node[] {NODE}));
    }
    consumer.updateBeginningOffsets(begin);
    consumer.updateEndOffsets(end);
    consumer.updatePartitions(topic, infos);
  }

  private void record(int partition, long offset, String key, String value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            ITEMS,
            partition,
            offset,
            key == null ? null : key.getBytes(StandardCharsets.UTF_8),
            value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Follows two topics whose values share a parent: compiles, or the builder's types are wrong. */
  @Test
  void shouldFollowTopicsOfOneParent() {
    TopicFollower<org.apache.avro.specific.SpecificRecord> both =
        TopicFollower.<org.apache.avro.specific.SpecificRecord>builder()
            .topic(Topics.CATALOG_ITEM)
            .topic(Topics.PROFILE_SUBJECT)
            .onRecord(record -> assertThat(record.value()).isInstanceOf(SubjectProfile.class))
            .onPositions(positions -> {})
            .build();
    assertThat(both.isRunning()).isFalse();
  }
}
