package io.lethe.serving.follow;

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

/** Asks the broker where a topic ends for readers of committed records. */
public final class BrokerEndOffsets implements CatalogContact.EndOffsets, AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Admin admin;
  private final String topic;
  private final int partitions;

  public BrokerEndOffsets(Map<String, Object> settings, String topic, int partitions) {
    this.admin = Admin.create(settings);
    this.topic = topic;
    this.partitions = partitions;
  }

  @Override
  public Map<Integer, Long> read() {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, partitions)
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition),
                    partition -> OffsetSpec.latest()));
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
              Collectors.toMap(
                  found -> found.getKey().partition(), found -> found.getValue().offset()));
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
