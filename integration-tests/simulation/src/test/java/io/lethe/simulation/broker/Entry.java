package io.lethe.simulation.broker;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/** One place in a partition: a record, or the marker that ends a transaction. */
public final class Entry {
  private final String topic;
  private final int partition;
  private final long offset;
  private final String key;
  private final SpecificRecord value;
  private final Instant timestamp;
  private final Transaction transaction;
  private final boolean marker;
  private boolean compacted;

  Entry(
      String topic,
      int partition,
      long offset,
      String key,
      SpecificRecord value,
      Instant timestamp,
      Transaction transaction,
      boolean marker) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.transaction = transaction;
    this.marker = marker;
  }

  public String topic() {
    return topic;
  }

  public int partition() {
    return partition;
  }

  public long offset() {
    return offset;
  }

  /** The key; null only on a poison record or a marker. */
  public String key() {
    return key;
  }

  /** The value; null is a tombstone. */
  public SpecificRecord value() {
    return value;
  }

  /** The broker's time of the append. */
  public Instant timestamp() {
    return timestamp;
  }

  boolean isOpen() {
    return transaction != null && transaction.isOpen();
  }

  /** Whether a reader of committed records gets it. */
  boolean isVisible() {
    return !marker && !compacted && (transaction == null || transaction.isCommitted());
  }

  void compact() {
    compacted = true;
  }
}
