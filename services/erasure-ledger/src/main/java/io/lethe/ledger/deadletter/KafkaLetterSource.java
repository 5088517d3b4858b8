package io.lethe.ledger.deadletter;

import io.lethe.schemas.Cleanup;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads single records through one consumer outside any group. */
public final class KafkaLetterSource implements LetterSource {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final Duration timeout;
  private final Clock clock;

  /**
   * @param consumer without a group; closed with this
   * @param timeout how long one record, or what came after it, may take to read
   */
  public KafkaLetterSource(Consumer<byte[], byte[]> consumer, Duration timeout, Clock clock) {
    this.consumer = consumer;
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public Optional<ConsumerRecord<byte[], byte[]>> read(RecordPosition position) {
    TopicPartition partition = position.topicPartition();
    consumer.assign(List.of(partition));
    if (position.offset() < beginning(partition) || position.offset() >= end(partition)) {
      return Optional.empty();
    }
    consumer.seek(partition, position.offset());
    Instant until = clock.instant().plus(timeout);
    while (consumer.position(partition) <= position.offset()) {
      for (ConsumerRecord<byte[], byte[]> record : poll(partition, until)) {
        return record.offset() == position.offset() ? Optional.of(record) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean isSuperseded(DeadLetter letter, byte[] key) {
    Optional<Topic<?>> topic = Topics.named(letter.source().topic());
    if (topic.map(Topic::cleanup).filter(Cleanup.COMPACT::equals).isEmpty()) {
      return false;
    }
    String name = topic.get().name();
    OptionalInt place = SubjectPartitioner.placeOf(name, key, topic.get().partitions());
    if (place.isEmpty()) {
      return false;
    }
    TopicPartition partition = new TopicPartition(name, place.getAsInt());
    consumer.assign(List.of(partition));
    long from = from(letter, partition);
    long end = end(partition);
    consumer.seek(partition, from);
    Instant until = clock.instant().plus(timeout);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : poll(partition, until)) {
        if (Arrays.equals(record.key(), key)
            && !RecordPosition.of(record).equals(letter.source())) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What came after the letter's record: by offset where it lay in its place, else by time. */
  private long from(DeadLetter letter, TopicPartition partition) {
    long beginning = beginning(partition);
    if (letter.source().isKnown() && letter.source().partition() == partition.partition()) {
      return Math.max(beginning, letter.source().offset() + 1);
    }
    OffsetAndTimestamp later =
        consumer
            .offsetsForTimes(Map.of(partition, letter.receivedAt().toEpochMilli()))
            .get(partition);
    return later == null ? end(partition) : Math.max(beginning, later.offset());
  }

  private long beginning(TopicPartition partition) {
    return consumer.beginningOffsets(List.of(partition)).get(partition);
  }

  private long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition)).get(partition);
  }

  private List<ConsumerRecord<byte[], byte[]>> poll(TopicPartition partition, Instant until) {
    if (clock.instant().isAfter(until)) {
      throw new TimeoutException(
          "Reading "
              + partition
              + " took longer than lethe.dead-letters.read-timeout ("
              + timeout
              + "); see that the broker answers, or raise it.");
    }
    return consumer.poll(POLL).records(partition);
  }
}
