package io.lethe.accumulator.poison;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.kafka.DeadLetters;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/**
 * A record of ours that breaks the contract becomes a dead letter with its deadline, and the stream
 * goes on. Any other error is a defect or an outage: it fails the thread, and nothing is lost.
 */
public final class UnusableRecordHandler implements ProcessingExceptionHandler {
  private static final Logger LOG = Logger.getLogger(UnusableRecordHandler.class);
  private static final int FIRST_ATTEMPT = 1;

  private final Clock clock;

  /** As Kafka Streams makes it. */
  public UnusableRecordHandler() {
    this(Clock.systemUTC());
  }

  UnusableRecordHandler(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception error) {
    boolean ofContract = context.topic() != null && Topics.named(context.topic()).isPresent();
    if (!ofContract || !(error instanceof IllegalArgumentException)) {
      LOG.errorf(
          error,
          "Processing failed at %s-%d@%d in %s.",
          context.topic(),
          context.partition(),
          context.offset(),
          context.processorNodeId());
      return Response.fail();
    }
    ConsumerRecord<byte[], byte[]> source =
        new ConsumerRecord<>(
            context.topic(),
            context.partition(),
            context.offset(),
            context.timestamp(),
            TimestampType.CREATE_TIME,
            0,
            0,
            context.sourceRawKey(),
            context.sourceRawValue(),
            context.headers(),
            Optional.empty());
    DeadLetterLog.sent(source, error);
    return Response.resume(
        List.of(DeadLetters.record(source, error, FIRST_ATTEMPT, dueAt(record), clock)));
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  private static Instant dueAt(Record<?, ?> record) {
    return record.value() instanceof DeletionRequested request ? request.getDueAt() : null;
  }
}
