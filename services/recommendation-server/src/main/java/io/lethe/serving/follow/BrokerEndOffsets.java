package io.lethe.serving.follow;

import io.lethe.schemas.Topic;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker where topics end for readers of committed records. */
public final class BrokerEndOffsets implements BrokerContact.EndOffsets, AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> asked;

  public BrokerEndOffsets(Map<String, Object> settings, Topic<?>... topics) {
    this.admin = Admin.create(settings);
    this.asked =
        Arrays.stream(topics)
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .collect(
                Collectors.toUnmodifiableMap(
                    partition -> partition, partition -> OffsetSpec.latest()));
  }

  @Override
  public Map<TopicPartition, Long> read() {
    ListOffsetsOptions options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    options.timeoutMs(TIMEOUT_MILLIS);
    try {
      return admin
          .listOffsets(asked, options)
          .all()
          .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
          .entrySet()
          .stream()
          .collect(
              Collectors.toUnmodifiableMap(Map.Entry::getKey, found -> found.getValue().offset()));
    } catch (ExecutionException | TimeoutException silent) {
      throw new KafkaException("no answer within " + TIMEOUT_MILLIS + " ms", silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
