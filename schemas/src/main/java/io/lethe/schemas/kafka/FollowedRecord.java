package io.lethe.schemas.kafka;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * One record of a followed topic.
 *
 * @param topic name of the topic
 * @param partition its partition
 * @param offset its offset
 * @param key the key, never null
 * @param value the value; null is a tombstone
 * @param timestamp the record's time
 * @param headers the record's headers
 */
public record FollowedRecord<V>(
    String topic,
    int partition,
    long offset,
    String key,
    V value,
    Instant timestamp,
    Headers headers) {

  /** True when the record removes its key. */
  public boolean isTombstone() {
    return value == null;
  }
}
