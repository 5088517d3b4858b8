package io.lethe.cli.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a whole topic as a committed reader sees it. */
final class TopicScan {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

  private final Map<String, Object> consumerSettings;

  TopicScan(Map<String, Object> consumerSettings) {
    this.consumerSettings = consumerSettings;
  }

  /** Hands over every record up to the end as it was when the reading began. */
  void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL_TIMEOUT).forEach(reader);
      }
    }
  }
}
