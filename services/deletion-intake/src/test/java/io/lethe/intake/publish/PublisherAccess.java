package io.lethe.intake.publish;

import io.lethe.intake.IntakeMetrics;
import java.time.Clock;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;

/** Makes publishers for the tests of other packages. */
public final class PublisherAccess {
  private PublisherAccess() {}

  public static DeletionPublisher publisher(
      Producer<String, SpecificRecord> producer, IntakeMetrics metrics, Clock clock) {
    return new DeletionPublisher(producer, metrics, clock);
  }
}
