package io.lethe.worker.publish;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.TraceContext;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.UnprocessableForgetSetException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
   * The records that go into the transaction with the source's offset; none when the offset goes
   * alone. A set whose candidate the gates refused is a dead letter beside it: nothing else would
   * bring it back, while its legal clock runs.
   *
   * @throws org.apache.kafka.common.errors.RetriableException when the registry is away
   */
  public List<ProducerRecord<byte[], byte[]>> messages(
      ConsumerRecord<byte[], byte[]> source, ForgetSetClosed set, Outcome outcome) {
    if (outcome instanceof Outcome.Publish publish) {
      ProducerRecord<byte[], byte[]> candidate = candidate(publish.candidate());
      return publish.isRefused()
          ? List.of(
              candidate,
              deadLetter(
                  source,
                  new UnprocessableForgetSetException(refusal(publish.candidate())),
                  1,
                  set.getEarliestDueAt()))
          : List.of(candidate);
    }
    if (outcome instanceof Outcome.DeadLetter letter) {
      return List.of(deadLetter(source, letter.error(), letter.attempts(), set.getEarliestDueAt()));
    }
    return List.of();
  }

  /** Which gate refused the last method's candidate, and by how much. */
  private static String refusal(AdapterTrained candidate) {
    return candidate.getGates().stream()
        .filter(gate -> !gate.getPassed())
        .map(
            gate ->
                String.format(
                    Locale.ROOT,
                    "the gate %s refused the candidate of %s: %.4g is not in [%s, %s]; mend the"
                        + " cause, then redrive the set",
                    gate.getGate(),
                    candidate.getMethod(),
                    gate.getValue(),
                    gate.getLower() == null ? "-" : gate.getLower(),
                    gate.getUpper() == null ? "-" : gate.getUpper()))
        .findFirst()
        .orElse("the candidate has no gate's word; redrive the set");
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
