package io.lethe.integration;

import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerdeConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a whole topic as any committed reader sees it. */
final class TopicReader {
  private TopicReader() {}

  /** A record read: its key, and its value or null for a tombstone. */
  record Read<T>(String key, T value) {}

  /**
   * All committed records up to the end as it was when the reading began; tombstones included.
   * Records that are no Avro are left out: other tests plant them on purpose.
   */
  static <T extends SpecificRecord> List<Read<T>> all(DevelopmentStack stack, String topic) {
    return all(stack.bootstrapServers(), stack.registryUrl(), topic);
  }

  /** As above, of the cluster at these addresses. */
  static <T extends SpecificRecord> List<Read<T>> all(
      String bootstrapServers, String registryUrl, String topic) {
    List<Read<T>> records = new ArrayList<>();
    try (AvroDeserializer<T> values = new AvroDeserializer<>()) {
      values.configure(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl), false);
      for (ConsumerRecord<byte[], byte[]> record : bytes(bootstrapServers, topic)) {
        try {
          T value = values.deserialize(topic, record.value());
          records.add(new Read<>(new String(record.key(), StandardCharsets.UTF_8), value));
        } catch (SerializationException planted) {
          continue;
        }
      }
    }
    return records;
  }

  /** As {@link #all}, without reading the values as Avro. */
  static List<ConsumerRecord<byte[], byte[]>> bytes(DevelopmentStack stack, String topic) {
    return bytes(stack.bootstrapServers(), topic);
  }

  private static List<ConsumerRecord<byte[], byte[]>> bytes(String bootstrapServers, String topic) {
    Map<String, Object> settings =
        KafkaSettings.bytesConsumer(bootstrapServers, "reader-" + UUID.randomUUID());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return drain(consumer, topic);
    }
  }

  private static <K, V> List<ConsumerRecord<K, V>> drain(
      KafkaConsumer<K, V> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      ConsumerRecords<K, V> polled = consumer.poll(Duration.ofMillis(500));
      polled.forEach(records::add);
    }
    return records;
  }
}
