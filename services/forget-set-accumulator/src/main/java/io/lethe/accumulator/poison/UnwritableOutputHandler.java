package io.lethe.accumulator.poison;

import io.lethe.schemas.Topics;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jboss.logging.Logger;

/**
 * A slot of the reservoir that cannot be written is left out: one sample fewer. Anything else that
 * cannot be written fails the thread, since to leave out a part, a forget set, an erasure or a dead
 * letter would lose what was accepted.
 */
public final class UnwritableOutputHandler implements ProductionExceptionHandler {
  private static final Logger LOG = Logger.getLogger(UnwritableOutputHandler.class);

  private final DeadLetterTrouble trouble;

  /** As Kafka Streams makes it. */
  public UnwritableOutputHandler() {
    this(DeadLetterTrouble.ofTheProcess());
  }

  UnwritableOutputHandler(DeadLetterTrouble trouble) {
    this.trouble = trouble;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception error) {
    if (Topics.isDeadLetter(record.topic())) {
      trouble.note(record.topic(), error);
    }
    if (error instanceof RetriableException) {
      return Response.retry();
    }
    boolean dispensable =
        error instanceof RecordTooLargeException
            && record.value() != null
            && record.topic().equals(Topics.RETAIN_SAMPLED.name());
    LOG.errorf("Cannot write to %s: %s", record.topic(), error.getMessage());
    return dispensable ? Response.resume() : Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception error,
      SerializationExceptionOrigin origin) {
    LOG.errorf("Cannot serialize for %s: %s", record.topic(), error.getMessage());
    return Response.fail();
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
