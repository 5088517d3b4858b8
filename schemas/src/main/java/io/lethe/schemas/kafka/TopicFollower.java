package io.lethe.schemas.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole topics from their beginning and goes on with what comes, on one daemon thread,
 * outside any consumer group: how a service holds a topic as a table. Only committed records are
 * seen, each partition in order.
 *
 * <p>All callbacks run on the follower's thread. A record that cannot be read is poison: it is
 * logged by its position, handed to the poison callback and skipped. While the registry or the
 * broker is away the follower waits and tries again, and {@link #lastPollAt()} stands still. An
 * exception out of a callback is a fault of the service: the follower stops, and {@link #failure()}
 * tells it.
 *
 * <p>Partitions added to a topic after the start are not followed; our topics never grow any.
 */
public final class TopicFollower<V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final long RETRY_MILLIS_MIN = 100;
  private static final long RETRY_MILLIS_MAX = 5_000;

  private final TopicFollowerBuilder<V> settings;
  private final Clock clock;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Instant lastPollAt;
  private volatile Throwable failure;
  private volatile Consumer<byte[], byte[]> consumer;

  TopicFollower(TopicFollowerBuilder<V> settings) {
    this.settings = settings;
    this.clock = settings.clock;
    this.lastPollAt = clock.instant();
    this.thread = new Thread(this::run, settings.name);
    this.thread.setDaemon(true);
  }

  /**
   * Begins a follower; V is the class of the values, or a common parent when several topics are
   * followed.
   */
  public static <V> TopicFollowerBuilder<V> builder() {
    return new TopicFollowerBuilder<>();
  }

  /** Starts reading; returns at once. */
  public TopicFollower<V> start() {
    thread.start();
    return this;
  }

  /** True once everything that the topics held at the start has been applied. */
  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  /**
   * Waits until the follower has caught up.
   *
   * @return false when the time passed first, or the follower stopped
   */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * When the follower last came back from the broker with everything applied; the time of
   * construction before that.
   */
  public Instant lastPollAt() {
    return lastPollAt;
  }

  /** True while the follower's thread runs. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Why the follower stopped by itself; empty while it runs and after an orderly close. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Stops reading and waits, at most 10 s, for the record in hand. Closing twice is harmless. */
  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    if (!thread.isAlive() || Thread.currentThread() == thread) {
      return;
    }
    try {
      if (!stopped.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} is still busy {} s after close", settings.name, CLOSE_TIMEOUT.toSeconds());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (Consumer<byte[], byte[]> opened = settings.consumer.get();
        Deserializer<? extends V> values = settings.values.get()) {
      consumer = opened;
      follow(opened, values);
    } catch (WakeupException | InterruptedException end) {
      LOG.debug("{} ends", settings.name);
    } catch (Throwable fault) {
      failure = fault;
      LOG.error("{} stops: {}", settings.name, fault.toString(), fault);
      settings.onFailure.accept(fault);
    } finally {
      stopped.countDown();
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer, Deserializer<? extends V> values)
      throws InterruptedException {
    List<TopicPartition> partitions = partitionsOf(consumer);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends =
        patiently("read the end offsets", () -> consumer.endOffsets(partitions));
    Map<TopicPartition, Long> reported = new HashMap<>();
    while (!isClosing()) {
      ConsumerRecords<byte[], byte[]> records =
          patiently("poll", () -> consumer.poll(POLL_TIMEOUT));
      for (ConsumerRecord<byte[], byte[]> record : records) {
        apply(record, values);
      }
      lastPollAt = clock.instant();
      Map<TopicPartition, Long> positions =
          patiently("read its positions", () -> positionsOf(consumer, partitions));
      if (!positions.equals(reported)) {
        reported = positions;
        settings.onPositions.accept(positions);
      }
      if (!isCaughtUp() && partitions.stream().allMatch(p -> positions.get(p) >= ends.get(p))) {
        settings.onCaughtUp.run();
        caughtUp.countDown();
        LOG.info("{} has caught up with {}", settings.name, settings.topics);
      }
    }
  }

  private List<TopicPartition> partitionsOf(Consumer<byte[], byte[]> consumer)
      throws InterruptedException {
    long retryMillis = RETRY_MILLIS_MIN;
    while (true) {
      List<TopicPartition> partitions =
          settings.topics.stream()
              .flatMap(topic -> patientlyUnlessClosing(consumer, topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      long found = partitions.stream().map(TopicPartition::topic).distinct().count();
      if (found == settings.topics.size()) {
        return partitions;
      }
      LOG.warn("{} waits for a topic of {} to be created", settings.name, settings.topics);
      retryMillis = pause(retryMillis);
    }
  }

  private List<PartitionInfo> patientlyUnlessClosing(
      Consumer<byte[], byte[]> consumer, String topic) {
    try {
      List<PartitionInfo> partitions = consumer.partitionsFor(topic);
      return partitions == null ? List.of() : partitions;
    } catch (RetriableException notYet) {
      return List.of();
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record, Deserializer<? extends V> values)
      throws InterruptedException {
    if (settings.known.test(record)) {
      return;
    }
    if (settings.onBytes != null) {
      settings.onBytes.accept(record);
      return;
    }
    FollowedRecord<V> followed;
    try {
      if (record.key() == null) {
        throw new SerializationException("A record of " + record.topic() + " has no key.");
      }
      V value =
          patiently(
              "ask the registry",
              () -> values.deserialize(record.topic(), record.headers(), record.value()));
      followed =
          new FollowedRecord<>(
              record.topic(),
              record.partition(),
              record.offset(),
              KEYS.deserialize(record.topic(), record.key()),
              value,
              Instant.ofEpochMilli(record.timestamp()),
              record.headers());
    } catch (SerializationException poison) {
      LOG.warn(
          "{} skips {}-{}@{}: {}",
          settings.name,
          record.topic(),
          record.partition(),
          record.offset(),
          poison.getMessage());
      settings.onPoison.accept(new PoisonRecord(record, poison));
      return;
    }
    settings.onRecord.accept(followed);
  }

  private static final StringDeserializer KEYS = new StringDeserializer();

  private static Map<TopicPartition, Long> positionsOf(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
    return Map.copyOf(positions);
  }

  private interface Attempt<T> {
    T run();
  }

  /**
   * Tries until it works or the follower is closed: a table has nothing better to do than to wait
   * for its topic.
   */
  private <T> T patiently(String action, Attempt<T> attempt) throws InterruptedException {
    long retryMillis = RETRY_MILLIS_MIN;
    while (true) {
      try {
        return attempt.run();
      } catch (RetriableException away) {
        LOG.warn("{} could not {}, tries again: {}", settings.name, action, away.getMessage());
        retryMillis = pause(retryMillis);
      }
    }
  }

  /**
   * Waits, and says how long to wait the next time; ends the thread when the follower is closed
   * meanwhile.
   */
  private long pause(long retryMillis) throws InterruptedException {
    if (closing.await(retryMillis, TimeUnit.MILLISECONDS)) {
      throw new WakeupException();
    }
    return Math.min(RETRY_MILLIS_MAX, retryMillis * 2);
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }
}
