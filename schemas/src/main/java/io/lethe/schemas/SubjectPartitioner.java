package io.lethe.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Puts interaction.recorded into the partition of its subject, so that it meets the topics keyed by
 * the plain subjectRef. Every other topic is partitioned by its whole key exactly as Kafka's
 * default partitioner does, so one producer may serve all topics. A record without a key goes to
 * partition 0.
 */
public final class SubjectPartitioner implements Partitioner {

  /** The partition of a subject: Kafka's default hash (murmur2) of the subjectRef's UTF-8 bytes. */
  public static int partitionOf(String subjectRef, int partitions) {
    return partitionOf(subjectRef.getBytes(StandardCharsets.UTF_8), partitions);
  }

  /** The partition where a record of the topic belongs; empty where its key tells none. */
  public static OptionalInt placeOf(String topic, byte[] key, int partitions) {
    if (key == null) {
      return OptionalInt.empty();
    }
    if (!topic.equals(Topics.INTERACTION_RECORDED.name())) {
      return OptionalInt.of(partitionOf(key, partitions));
    }
    try {
      String text = new String(key, StandardCharsets.UTF_8);
      return OptionalInt.of(partitionOf(InteractionKey.subjectRef(text), partitions));
    } catch (IllegalArgumentException malformed) {
      return OptionalInt.empty();
    }
  }

  private static int partitionOf(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    int partitions = cluster.partitionCountForTopic(topic);
    if (keyBytes == null) {
      return 0;
    }
    if (topic.equals(Topics.INTERACTION_RECORDED.name())) {
      String text = new String(keyBytes, StandardCharsets.UTF_8);
      return partitionOf(InteractionKey.subjectRef(text), partitions);
    }
    return partitionOf(keyBytes, partitions);
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void close() {}
}
