package io.lethe.ledger.deadletter;

import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads single records from their topics. */
public interface LetterSource extends AutoCloseable {
  /** The record at a position; empty when the topic no longer holds it. */
  Optional<ConsumerRecord<byte[], byte[]>> read(RecordPosition position);

  /**
   * True when a compacted topic holds a later record of the same key: to send the older one back
   * would undo it.
   */
  boolean isSuperseded(DeadLetter letter, byte[] key);

  @Override
  void close();
}
