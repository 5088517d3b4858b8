package io.lethe.accumulator.status;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/** Kafka's clients bring more than 800 series; these few are the ones that operators look at. */
@Singleton
public class KafkaMeterFilter implements MeterFilter {
  private static final String KAFKA = "kafka.";
  private static final Set<String> KEPT =
      Set.of(
          "kafka.stream.alive.stream.threads",
          "kafka.stream.failed.stream.threads",
          "kafka.stream.state",
          "kafka.stream.thread.commit.latency.avg",
          "kafka.stream.thread.process.rate",
          "kafka.producer.record.error.total");

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    // The lag comes once for each partition and client as well; the total of a client is enough.
    boolean lag =
        id.getName().equals("kafka.consumer.fetch.manager.records.lag.max")
            && id.getTag("topic") == null;
    return id.getName().startsWith(KAFKA) && !lag && !KEPT.contains(id.getName())
        ? MeterFilterReply.DENY
        : MeterFilterReply.NEUTRAL;
  }
}
