package io.lethe.ledger.deadletter;

import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jboss.logging.Logger;

/**
 * Keeps the poison of the topics that every service follows as a table and none works off: each
 * reader skips such a record, and this one, reading once in a group, makes it a dead letter. A
 * partition whose letter cannot be written waits, and the others go on.
 */
public final class PoisonKeeper {
  private static final Logger LOG = Logger.getLogger(PoisonKeeper.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Topics that nobody else dead-letters from. */
  public static final List<String> TOPICS =
      List.of(
          Topics.CATALOG_ITEM.name(),
          Topics.RETAIN_SAMPLED.name(),
          Topics.UNLEARNING_PROGRESSED.name(),
          Topics.ADAPTER_VERSION.name(),
          Topics.ADAPTER_SERVING.name(),
          Topics.DELETION_PROGRESSED.name(),
          Topics.DEAD_LETTER_REDRIVEN.name());

  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<? extends SpecificRecord> values;
  private final Producer<byte[], byte[]> deadLetters;
  private final BlockedPartitions blocked;
  private final Duration writeTimeout;
  private final Clock clock;

  /** Reads through this consumer, whose positions nobody else commits. */
  public PoisonKeeper(
      Consumer<byte[], byte[]> consumer,
      Deserializer<? extends SpecificRecord> values,
      Producer<byte[], byte[]> deadLetters,
      BlockedPartitions blocked,
      Duration writeTimeout,
      Clock clock) {
    this.consumer = consumer;
    this.values = values;
    this.deadLetters = deadLetters;
    this.blocked = blocked;
    this.writeTimeout = writeTimeout;
    this.clock = clock;
  }

  /** Joins the group. */
  public void open() {
    consumer.subscribe(TOPICS);
  }

  /**
   * Looks at what has come, at most one poll's worth.
   *
   * @throws RetriableException when the registry is away: nothing is committed, and the caller
   *     should wait before the next call
   */
  public void lookOnce() throws InterruptedException {
    blocked.retain(consumer.assignment());
    Set<TopicPartition> due = new HashSet<>(blocked.due());
    due.retainAll(consumer.paused());
    consumer.resume(due);
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
    Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
    RetriableException away = null;
    for (TopicPartition partition : polled.partitions()) {
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
        try {
          keep(record);
          read.put(partition, new OffsetAndMetadata(record.offset() + 1));
        } catch (UnwritableDeadLetterException unwritable) {
          Duration pause = blocked.block(partition, unwritable.getMessage());
          LOG.errorf("%s Next try in %s.", unwritable.getMessage(), pause);
          consumer.seek(partition, record.offset());
          consumer.pause(List.of(partition));
          break;
        } catch (RetriableException registry) {
          consumer.seek(partition, record.offset());
          away = registry;
          break;
        }
      }
    }
    commit(read);
    if (away != null) {
      throw away;
    }
  }

  private void keep(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    try {
      if (record.key() == null) {
        throw new SerializationException("A record of " + record.topic() + " has no key.");
      }
      values.deserialize(record.topic(), record.value());
    } catch (SerializationException poison) {
      write(record, poison);
      blocked.release(new TopicPartition(record.topic(), record.partition()));
      LOG.warnf("dead-letters %s: %s", RecordPosition.of(record), poison.getMessage());
    }
  }

  private void write(ConsumerRecord<byte[], byte[]> record, SerializationException poison)
      throws InterruptedException {
    try {
      deadLetters
          .send(DeadLetters.record(record, poison, 1, clock))
          .get(writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException failed) {
      throw new UnwritableDeadLetterException(RecordPosition.of(record), failed);
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> read) {
    if (read.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(read);
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException moved) {
      // A letter written twice stands once: its source position tells.
      LOG.warnf("could not commit: %s", moved.getClass().getSimpleName());
    }
  }
}
