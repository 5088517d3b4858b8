package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.schemas.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How far topics are written and groups have read, summed over partitions. */
final class Offsets {
  private static final long ANSWER_TIMEOUT_SECONDS = 60;

  private final Admin admin;

  Offsets(Admin admin) {
    this.admin = admin;
  }

  /** Records ever written to the topic; transaction markers count as records. */
  long written(Topic<?> topic) {
    return answer(
            admin
                .listOffsets(
                    partitions(topic).stream()
                        .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest())))
                .all())
        .values()
        .stream()
        .mapToLong(result -> result.offset())
        .sum();
  }

  /** Records of the topic that the group has committed as read. */
  long read(String group, Topic<?> topic) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return partitions(topic).stream()
        .map(committed::get)
        .filter(java.util.Objects::nonNull)
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private static List<TopicPartition> partitions(Topic<?> topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException silent) {
      throw new CliException(
          "the broker did not tell its offsets (" + silent + ")",
          "see logs/broker.log in the data directory",
          silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
  }
}
