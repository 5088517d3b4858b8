package io.lethe.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * One topic of the system.
 *
 * @param name dot-separated name, the same in every environment
 * @param key what the record's key is, in words; every key is a UTF-8 string
 * @param value class of the value: a generated Avro record, or {@code byte[]} for a dead-letter
 *     topic
 * @param partitions number of partitions
 * @param retention how long records stay (see {@link Cleanup}); null means for ever
 * @param cleanup how old records go
 * @param maxMessageBytes largest record batch that the broker accepts
 * @param compatibility rule for new versions of the value's schema
 */
public record Topic<V>(
    String name,
    String key,
    Class<V> value,
    int partitions,
    Duration retention,
    Cleanup cleanup,
    int maxMessageBytes,
    Compatibility compatibility) {

  /**
   * Within this time a tombstone or a newer record has removed what it replaces from the broker's
   * disk.
   */
  private static final Duration COMPACTION_LAG_MAX = Duration.ofDays(1);

  /**
   * Kafka lets go of whole segments, so a record outlives its retention by as long as its segment
   * was written: at most this part of the retention, or {@link #SEGMENT_MIN}.
   */
  private static final int SEGMENTS_PER_RETENTION = 30;

  /** Shorter ones would only be more open files. */
  private static final Duration SEGMENT_MIN = Duration.ofDays(1);

  /** Largest segment file; what a topic takes beyond its budget, and what the cleaner copies. */
  public static final int SEGMENT_BYTES_MAX = 128 * 1024 * 1024;

  public Topic {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(cleanup, "cleanup");
    Objects.requireNonNull(compatibility, "compatibility");
    if (partitions < 1) {
      throw new IllegalArgumentException("Topic " + name + ": partitions must be at least 1.");
    }
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException("Topic " + name + ": maxMessageBytes must be positive.");
    }
    if (cleanup == Cleanup.COMPACT && retention != null) {
      throw new IllegalArgumentException(
          "Topic "
              + name
              + ": a compacted topic keeps its latest records for ever; retention must be null.");
    }
    if (cleanup == Cleanup.COMPACT_WITH_HISTORY && retention == null) {
      throw new IllegalArgumentException(
          "Topic "
              + name
              + ": say by retention how long the history stands, or use DELETE without retention.");
    }
  }

  /** Subject of the value's schema in the registry (TopicNameStrategy). */
  public String subject() {
    return name + "-value";
  }

  /** True when the value is an Avro record with a schema in the registry. */
  public boolean isAvro() {
    return compatibility != Compatibility.NONE;
  }

  /** How long a segment is written before the next one begins. */
  public Duration segment() {
    Duration part = retention == null ? SEGMENT_MIN : retention.dividedBy(SEGMENTS_PER_RETENTION);
    return part.compareTo(SEGMENT_MIN) < 0 ? SEGMENT_MIN : part;
  }

  /**
   * The topic's configuration in Kafka's own keys. No topic has a limit in bytes: it would drop
   * records that are promised to be kept, unread ones among them. Disks are sized by the budget in
   * docs/reference/topics.md instead.
   */
  public Map<String, String> config() {
    Map<String, String> config = new TreeMap<>();
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(segment().toMillis()));
    config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES_MAX));
    config.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
    if (name.equals(Topics.ADAPTER_SERVING.name())) {
      // Heartbeats of many machines are compared, so one clock must tell when they came.
      config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    }
    switch (cleanup) {
      case DELETE -> {
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(
            TopicConfig.RETENTION_MS_CONFIG,
            retention == null ? "-1" : Long.toString(retention.toMillis()));
      }
      case COMPACT -> {
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        config.put(
            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(COMPACTION_LAG_MAX.toMillis()));
      }
      case COMPACT_WITH_HISTORY -> {
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        config.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(retention.toMillis()));
      }
      default -> throw new IllegalStateException("Unknown cleanup " + cleanup);
    }
    return config;
  }
}
