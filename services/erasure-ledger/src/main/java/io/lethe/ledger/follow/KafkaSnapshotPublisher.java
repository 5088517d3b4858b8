package io.lethe.ledger.follow;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.kafka.CloudEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Publishes to deletion.progressed, keyed by requestId. */
public final class KafkaSnapshotPublisher implements SnapshotPublisher {
  private static final String SOURCE = "erasure-ledger";

  private final Producer<String, SpecificRecord> producer;

  /**
   * @param producer with acks=all
   */
  public KafkaSnapshotPublisher(Producer<String, SpecificRecord> producer) {
    this.producer = producer;
  }

  @Override
  public void publish(List<DeletionProgressed> snapshots) {
    try {
      List<Future<RecordMetadata>> sent = new ArrayList<>(snapshots.size());
      for (DeletionProgressed snapshot : snapshots) {
        sent.add(producer.send(record(snapshot)));
      }
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException failed) {
      throw new PublicationException(failed.getCause());
    } catch (KafkaException failed) {
      throw new PublicationException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PublicationException(interrupted);
    }
  }

  private static ProducerRecord<String, SpecificRecord> record(DeletionProgressed snapshot) {
    String topic = Topics.DELETION_PROGRESSED.name();
    ProducerRecord<String, SpecificRecord> record =
        new ProducerRecord<>(topic, snapshot.getRequestId(), snapshot);
    CloudEvents.stamp(
        record.headers(),
        topic,
        SOURCE,
        snapshot.getRequestId()
            + "/"
            + snapshot.getStage()
            + "/"
            + snapshot.getUpdatedAt().toEpochMilli(),
        snapshot.getUpdatedAt());
    return record;
  }
}
