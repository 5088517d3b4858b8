package io.lethe.schemas.kafka;

import io.lethe.schemas.Topic;
import io.lethe.schemas.serde.AvroDeserializer;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Settings of a {@link TopicFollower}. Topics, the configuration and onRecord or onBytes must be
 * given.
 */
public final class TopicFollowerBuilder<V> {
  final Set<String> topics = new LinkedHashSet<>();
  String name;
  Clock clock = Clock.systemUTC();
  Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumer;
  Supplier<Deserializer<? extends V>> values;
  Consumer<FollowedRecord<V>> onRecord;
  Predicate<ConsumerRecord<byte[], byte[]>> known = record -> false;
  Consumer<ConsumerRecord<byte[], byte[]>> onBytes;
  Runnable onCaughtUp = () -> {};
  Consumer<Map<TopicPartition, Long>> onPositions = positions -> {};
  Consumer<PoisonRecord> onPoison = poison -> {};
  Consumer<Throwable> onFailure = fault -> {};
  private Map<String, Object> config;
  private boolean positionsOfOneTopic;

  TopicFollowerBuilder() {}

  /** Follows this topic; several may be given. */
  public TopicFollowerBuilder<V> topic(Topic<? extends V> topic) {
    topics.add(topic.name());
    return this;
  }

  /**
   * Kafka's and the registry's settings: {@link KafkaSettings#follower}, to which options such as
   * security may be added.
   */
  public TopicFollowerBuilder<V> config(Map<String, ?> settings) {
    config = new HashMap<>(settings);
    return this;
  }

  /** Name of the thread and of the log lines; by default made of the topics' names. */
  public TopicFollowerBuilder<V> name(String threadName) {
    name = threadName;
    return this;
  }

  /** Clock of {@link TopicFollower#lastPollAt()}. */
  public TopicFollowerBuilder<V> clock(Clock source) {
    clock = source;
    return this;
  }

  /** Gets every record, tombstones included, each partition in order. */
  public TopicFollowerBuilder<V> onRecord(Consumer<FollowedRecord<V>> callback) {
    onRecord = callback;
    return this;
  }

  /**
   * Passes over records that need not be decoded, because what they tell is known already; decoding
   * is most of what following costs.
   */
  public TopicFollowerBuilder<V> skipKnown(Predicate<ConsumerRecord<byte[], byte[]>> test) {
    known = test;
    return this;
  }

  /**
   * Gets every record as it lies, undecoded and with whatever key, instead of {@link #onRecord}:
   * for dead letters, of which nothing can be expected.
   */
  public TopicFollowerBuilder<V> onBytes(Consumer<ConsumerRecord<byte[], byte[]>> callback) {
    onBytes = callback;
    return this;
  }

  /** Runs once, when everything that the topics held at the start has been applied. */
  public TopicFollowerBuilder<V> onCaughtUp(Runnable callback) {
    onCaughtUp = callback;
    return this;
  }

  /**
   * Gets, after each applied batch, partition to next offset: every record below it has been
   * applied or was poison. For a follower of one topic.
   */
  public TopicFollowerBuilder<V> onPosition(Consumer<Map<Integer, Long>> callback) {
    positionsOfOneTopic = true;
    onPositions =
        positions ->
            callback.accept(
                positions.entrySet().stream()
                    .collect(
                        Collectors.toUnmodifiableMap(
                            entry -> entry.getKey().partition(), Map.Entry::getValue)));
    return this;
  }

  /** As {@link #onPosition}, for a follower of several topics. */
  public TopicFollowerBuilder<V> onPositions(Consumer<Map<TopicPartition, Long>> callback) {
    positionsOfOneTopic = false;
    onPositions = callback;
    return this;
  }

  /** Gets each record that cannot be read, before it is skipped. */
  public TopicFollowerBuilder<V> onPoison(Consumer<PoisonRecord> callback) {
    onPoison = callback;
    return this;
  }

  /** Gets the error when the follower stops by itself. */
  public TopicFollowerBuilder<V> onFailure(Consumer<Throwable> callback) {
    onFailure = callback;
    return this;
  }

  /** Reads through this consumer instead of one made from the configuration. */
  TopicFollowerBuilder<V> consumer(
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> supplier) {
    consumer = supplier;
    return this;
  }

  /** Reads values through this deserializer instead of one made from the configuration. */
  TopicFollowerBuilder<V> values(Supplier<Deserializer<? extends V>> supplier) {
    values = supplier;
    return this;
  }

  /** A follower, to be started. */
  public TopicFollower<V> build() {
    if (topics.isEmpty()) {
      throw new IllegalStateException("A follower needs at least one topic.");
    }
    if (onBytes == null) {
      Objects.requireNonNull(onRecord, "A follower needs onRecord or onBytes.");
    }
    if (positionsOfOneTopic && topics.size() > 1) {
      throw new IllegalStateException(
          "Partition numbers of several topics would mix; use onPositions.");
    }
    if (name == null) {
      name = "follow " + String.join(", ", topics);
    }
    if (consumer == null) {
      consumer = this::newConsumer;
    }
    if (values == null) {
      values = this::newValues;
    }
    return new TopicFollower<>(this);
  }

  private KafkaConsumer<byte[], byte[]> newConsumer() {
    Map<String, Object> settings = new HashMap<>(configured());
    // A follower belongs to no group, commits nothing and decodes by itself, whatever the caller's
    // map is otherwise for.
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG);
    settings.remove(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The topic tells the class, and {@link #topic} let only topics in whose values are V. */
  @SuppressWarnings("unchecked")
  private Deserializer<? extends V> newValues() {
    AvroDeserializer<SpecificRecord> deserializer = new AvroDeserializer<>();
    deserializer.configure(configured(), false);
    return (Deserializer<? extends V>) (Deserializer<?>) deserializer;
  }

  private Map<String, Object> configured() {
    return Objects.requireNonNull(
        config, "A follower needs its config; see KafkaSettings.follower.");
  }
}
