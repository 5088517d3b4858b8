package io.lethe.integration;

import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerdeConfig;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a whole topic as any committed reader sees it. */
final class TopicReader {
  private TopicReader() {}

  /** All committed records up to the end as it was when the reading began; tombstones included. */
  static <T extends SpecificRecord> List<ConsumerRecord<String, T>> all(
      DevelopmentStack stack, String topic) {
    Map<String, Object> settings =
        KafkaSettings.consumer(
            stack.bootstrapServers(), stack.registryUrl(), "reader-" + UUID.randomUUID());
    settings.put(AvroSerdeConfig.SCHEMA_REGISTRY_URL, stack.registryUrl());
    AvroDeserializer<T> values = new AvroDeserializer<>();
    values.configure(settings, false);
    try (KafkaConsumer<String, T> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
      return drain(consumer, topic);
    }
  }

  /** As {@link #all}, without reading the values as Avro. */
  static List<ConsumerRecord<byte[], byte[]>> bytes(DevelopmentStack stack, String topic) {
    Map<String, Object> settings =
        KafkaSettings.bytesConsumer(stack.bootstrapServers(), "reader-" + UUID.randomUUID());
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
