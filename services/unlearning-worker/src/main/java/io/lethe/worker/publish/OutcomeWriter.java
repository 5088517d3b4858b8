package io.lethe.worker.publish;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.TraceContext;
import io.lethe.worker.domain.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** What an outcome puts on a topic. */
public final class OutcomeWriter {
  private static final String SOURCE = "unlearning-worker";

  private final Serializer<SpecificRecord> values;
  private final Clock clock;

  public OutcomeWriter(Serializer<SpecificRecord> values, Clock clock) {
    this.values = values;
    this.clock = clock;
  }

  /**
   * The record that goes into the transaction with the source's offset; empty when the offset goes
   * alone.
   *
   * @throws org.apache.kafka.common.errors.RetriableException when the registry is away
   */
  public Optional<ProducerRecord<byte[], byte[]>> message(
      ConsumerRecord<byte[], byte[]> source, ForgetSetClosed set, Outcome outcome) {
    if (outcome instanceof Outcome.Publish publish) {
      return Optional.of(candidate(publish.candidate()));
    }
    if (outcome instanceof Outcome.DeadLetter letter) {
      return Optional.of(
          deadLetter(source, letter.error(), letter.attempts(), set.getEarliestDueAt()));
    }
    return Optional.empty();
  }

  /** The dead letter of a record that is no forget set of ours. */
  public ProducerRecord<byte[], byte[]> poison(
      ConsumerRecord<byte[], byte[]> source, Exception error) {
    return deadLetter(source, error, 1, null);
  }

  private ProducerRecord<byte[], byte[]> deadLetter(
      ConsumerRecord<byte[], byte[]> source, Exception error, int attempts, Instant dueAt) {
    return DeadLetters.record(source, error, attempts, dueAt, clock);
  }

  /**
   * The record of a candidate.
   *
   * @throws org.apache.kafka.common.errors.RetriableException when the registry is away
   */
  public ProducerRecord<byte[], byte[]> candidate(AdapterTrained candidate) {
    String topic = Topics.ADAPTER_TRAINED.name();
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic,
            candidate.getModelId().getBytes(StandardCharsets.UTF_8),
            values.serialize(topic, candidate));
    String parent =
        candidate.getParentAdapterId() == null ? "none" : candidate.getParentAdapterId();
    CloudEvents.stamp(
        message.headers(),
        topic,
        SOURCE,
        candidate.getForgetSetId() + "/" + parent,
        candidate.getTrainedAt());
    TraceContext.ofForgetSet(candidate.getForgetSetId()).stamp(message.headers());
    return message;
  }
}
