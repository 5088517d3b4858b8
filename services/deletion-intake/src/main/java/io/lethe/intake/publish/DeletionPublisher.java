package io.lethe.intake.publish;

import io.lethe.intake.IntakeMetrics;
import io.lethe.intake.domain.RequestEventId;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.TraceContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes to deletion.requested, keyed by subjectRef. */
@ApplicationScoped
public class DeletionPublisher implements RequestPublisher {
  private static final String SOURCE = "deletion-intake";

  private final Producer<String, SpecificRecord> producer;
  private final IntakeMetrics metrics;
  private final Clock clock;

  DeletionPublisher(Producer<String, SpecificRecord> producer, IntakeMetrics metrics, Clock clock) {
    this.producer = producer;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Void> publish(DeletionRequested request) {
    ProducerRecord<String, SpecificRecord> record =
        new ProducerRecord<>(Topics.DELETION_REQUESTED.name(), request.getSubjectRef(), request);
    CloudEvents.stamp(
        record.headers(),
        Topics.DELETION_REQUESTED.name(),
        SOURCE,
        RequestEventId.of(request.getRequestId(), request.getAction()),
        clock.instant());
    TraceContext.ofRequest(request.getRequestId()).stamp(record.headers());
    CompletableFuture<Void> published = new CompletableFuture<>();
    IntakeMetrics.Stopwatch stopwatch = metrics.startPublish();
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            stopwatch.stop(failure == null);
            if (failure == null) {
              published.complete(null);
            } else {
              published.completeExceptionally(failure);
            }
          });
    } catch (RuntimeException notSent) {
      stopwatch.stop(false);
      published.completeExceptionally(notSent);
    }
    return published;
  }
}
