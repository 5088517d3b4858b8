package io.lethe.accumulator.status;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Of the thousands of series that Kafka Streams and its clients bring, the few that operators look
 * at: threads, state, rate, commits, rebalances, lag by partition, size of the stores on disk.
 */
@Singleton
public class KafkaMeterFilter implements MeterFilter {
  private static final String KAFKA = "kafka.";

  // The largest lag of a client is not among them: Micrometer drops what has fewer tags than
  // another meter of its name, so that it would go as soon as a partition is assigned.
  private static final Set<String> KEPT =
      Set.of(
          "kafka.stream.alive.stream.threads",
          "kafka.stream.failed.stream.threads",
          "kafka.stream.client.state",
          "kafka.stream.thread.process.rate",
          "kafka.stream.thread.commit.latency.avg",
          "kafka.stream.thread.commit.latency.max",
          "kafka.stream.state.total.sst.files.size",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.fetch.manager.records.lag",
          "kafka.producer.record.error.total");

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    return id.getName().startsWith(KAFKA) && (!KEPT.contains(id.getName()) || isRepeated(id))
        ? MeterFilterReply.DENY
        : MeterFilterReply.NEUTRAL;
  }

  /**
   * Kafka tells of a topic with a dot twice, the second time under the name that it had in former
   * versions: with an underscore, which no topic of ours has.
   */
  private static boolean isRepeated(Meter.Id id) {
    String topic = id.getTag("topic");
    return topic != null && topic.contains("_");
  }
}
