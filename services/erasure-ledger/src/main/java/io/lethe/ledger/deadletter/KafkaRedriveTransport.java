package io.lethe.ledger.deadletter;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends in transactions. The producer is made with the first redrive and anew after a failure, so
 * that a ledger which never redrives keeps no transaction open, and one that took over from another
 * fences it.
 */
public final class KafkaRedriveTransport implements RedriveTransport, AutoCloseable {
  private static final String SOURCE = "erasure-ledger";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Serializer<SpecificRecord> values;
  private Producer<byte[], byte[]> producer;

  /**
   * @param producers make transactional producers of bytes
   */
  public KafkaRedriveTransport(
      Supplier<Producer<byte[], byte[]>> producers, Serializer<SpecificRecord> values) {
    this.producers = producers;
    this.values = values;
  }

  @Override
  public synchronized void send(List<Sending> sendings) {
    List<ProducerRecord<byte[], byte[]>> events =
        sendings.stream().map(sending -> message(sending.event())).toList();
    try {
      Producer<byte[], byte[]> open = open();
      open.beginTransaction();
      sendings.forEach(sending -> open.send(sending.record()));
      events.forEach(open::send);
      open.commitTransaction();
    } catch (RuntimeException failed) {
      // An open transaction ends with its producer: the next one of the name aborts it.
      close();
      throw failed;
    }
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
      producer = null;
    }
  }

  private Producer<byte[], byte[]> open() {
    if (producer == null) {
      Producer<byte[], byte[]> made = producers.get();
      try {
        made.initTransactions();
      } catch (KafkaException failed) {
        made.close(Duration.ZERO);
        throw failed;
      }
      producer = made;
    }
    return producer;
  }

  private ProducerRecord<byte[], byte[]> message(DeadLetterRedriven event) {
    String topic = Topics.DEAD_LETTER_REDRIVEN.name();
    String key =
        new RecordPosition(
                event.getDeadLetterTopic(),
                event.getDeadLetterPartition(),
                event.getDeadLetterOffset())
            .toString();
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic, key.getBytes(StandardCharsets.UTF_8), values.serialize(topic, event));
    CloudEvents.stamp(message.headers(), topic, SOURCE, key, event.getRedrivenAt());
    return message;
  }
}
