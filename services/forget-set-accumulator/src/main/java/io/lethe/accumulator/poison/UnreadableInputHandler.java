package io.lethe.accumulator.poison;

import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.DeadLetters;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jboss.logging.Logger;

/** A record of ours that cannot be read becomes a dead letter, and the stream goes on. */
public final class UnreadableInputHandler implements DeserializationExceptionHandler {
  private static final Logger LOG = Logger.getLogger(UnreadableInputHandler.class);
  private static final int FIRST_ATTEMPT = 1;

  private final Clock clock;

  /** As Kafka Streams makes it. */
  public UnreadableInputHandler() {
    this(Clock.systemUTC());
  }

  UnreadableInputHandler(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> source, Exception error) {
    if (error instanceof RetriableException) {
      // The registry is away, which says nothing about the record.
      LOG.errorf(
          "Gave up waiting to read %s-%d@%d: %s",
          source.topic(), source.partition(), source.offset(), error.getMessage());
      return Response.fail();
    }
    if (Topics.named(source.topic()).isEmpty()) {
      // An internal topic holds what this service wrote; to skip a record of it would lose a
      // request.
      LOG.errorf(
          "Cannot read the internal record %s-%d@%d: %s",
          source.topic(), source.partition(), source.offset(), error.getMessage());
      return Response.fail();
    }
    DeadLetterLog.sent(source, error);
    return Response.resume(List.of(DeadLetters.record(source, error, FIRST_ATTEMPT, clock)));
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
