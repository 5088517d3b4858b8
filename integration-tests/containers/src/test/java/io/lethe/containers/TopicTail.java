package io.lethe.containers;

import io.lethe.schemas.Topic;
import io.lethe.schemas.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The committed values of a topic, read on from where the last look ended. */
final class TopicTail<T extends SpecificRecord> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A look at a leader that is being replaced ends, too; the next one goes on. */
  private static final Duration LOOK = Duration.ofSeconds(20);

  private static final int ANSWER_MILLIS = 10_000;

  private final KafkaConsumer<String, T> consumer;
  private final List<TopicPartition> partitions;
  private final List<T> values = new ArrayList<>();

  TopicTail(String bootstrapServers, String registryUrl, Topic<T> topic) {
    Map<String, Object> settings =
        KafkaSettings.consumer(bootstrapServers, registryUrl, "tail-" + UUID.randomUUID());
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    consumer = new KafkaConsumer<>(settings);
    partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(partition -> new TopicPartition(topic.name(), partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All values up to the end as it is now; while the cluster does not answer, those known. */
  List<T> values() {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long until = System.nanoTime() + LOOK.toNanos();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))
          && System.nanoTime() < until) {
        consumer.poll(POLL).forEach(record -> values.add(record.value()));
      }
    } catch (TimeoutException away) {
      // The same, before the ends were known.
      return List.copyOf(values);
    }
    return List.copyOf(values);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
