package io.lethe.ledger.deadletter;

import io.lethe.schemas.event.DeadLetterRedriven;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where records are sent back. */
@FunctionalInterface
public interface RedriveTransport {
  /**
   * A record to send back and the event that tells of it.
   *
   * @param record for the topic that it came from
   * @param event for dead-letter.redriven
   */
  record Sending(ProducerRecord<byte[], byte[]> record, DeadLetterRedriven event) {}

  /**
   * Sends all of them and their events, or nothing.
   *
   * @throws org.apache.kafka.common.KafkaException when nothing was sent
   */
  void send(List<Sending> sendings);
}
