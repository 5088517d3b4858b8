package io.lethe.intake;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.lethe.intake.publish.DeletionPublisher;
import io.lethe.intake.publish.PublisherAccess;
import io.lethe.schemas.serde.AvroSerializer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishing to a producer whose acknowledgements the test gives. */
public final class TestPublishing {
  private final MockProducer<String, SpecificRecord> producer;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final IntakeMetrics metrics = new IntakeMetrics(meters);

  /** With automatic acknowledgement or without. */
  public TestPublishing(boolean acknowledges) {
    producer =
        new MockProducer<>(
            acknowledges,
            null,
            new StringSerializer(),
            new AvroSerializer(new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()))));
  }

  public DeletionPublisher publisher() {
    return PublisherAccess.publisher(producer, metrics, Clock.fixed(Requests.NOW, ZoneOffset.UTC));
  }

  public List<ProducerRecord<String, SpecificRecord>> sent() {
    return producer.history();
  }

  public void acknowledgeNext() {
    if (!producer.completeNext()) {
      throw new IllegalStateException("Nothing waits for an acknowledgement.");
    }
  }

  public void failNext(RuntimeException failure) {
    if (!producer.errorNext(failure)) {
      throw new IllegalStateException("Nothing waits for an acknowledgement.");
    }
  }

  /** Every later send throws this at once. */
  public void refuseSends(RuntimeException failure) {
    producer.sendException = failure;
  }

  public IntakeMetrics metrics() {
    return metrics;
  }

  public SimpleMeterRegistry meters() {
    return meters;
  }
}
