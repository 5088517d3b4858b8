package io.lethe.accumulator.poison;

import io.lethe.schemas.Topics;
import io.micrometer.core.instrument.Metrics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Tells operators of dead letters, by position only. */
final class DeadLetterLog {
  private static final Logger LOG = Logger.getLogger(DeadLetterLog.class);

  private DeadLetterLog() {}

  static void sent(ConsumerRecord<byte[], byte[]> source, Exception error) {
    LOG.warnf(
        "Dead letter: %s-%d@%d (%s).",
        source.topic(), source.partition(), source.offset(), error.getClass().getSimpleName());
    // Kafka makes the handlers, so that no registry can be handed to them.
    Metrics.counter("dlq.records", "topic", Topics.deadLetter(source.topic())).increment();
  }
}
