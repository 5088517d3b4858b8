package io.lethe.ledger.follow;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes to deletion.progressed, keyed by requestId. Each record carries the log's newest
 * checkpoint in a header: whoever follows the topic can hold the ledger to it, and so does the
 * ledger itself when it starts again.
 */
public final class KafkaSnapshotPublisher implements SnapshotPublisher {
  /** Header that holds the signed checkpoint (C2SP tlog-checkpoint). */
  public static final String CHECKPOINT_HEADER = "lethe_log_checkpoint";

  private static final String SOURCE = "erasure-ledger";

  private final Producer<String, SpecificRecord> producer;
  private final Supplier<String> checkpoint;

  /**
   * @param producer with acks=all
   * @param checkpoint gives the log's newest signed checkpoint
   */
  public KafkaSnapshotPublisher(
      Producer<String, SpecificRecord> producer, Supplier<String> checkpoint) {
    this.producer = producer;
    this.checkpoint = checkpoint;
  }

  @Override
  public void publish(List<DeletionProgressed> snapshots) {
    try {
      byte[] signed = checkpoint.get().getBytes(StandardCharsets.UTF_8);
      List<Future<RecordMetadata>> sent = new ArrayList<>(snapshots.size());
      for (DeletionProgressed snapshot : snapshots) {
        sent.add(producer.send(record(snapshot, signed)));
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

  private static ProducerRecord<String, SpecificRecord> record(
      DeletionProgressed snapshot, byte[] checkpoint) {
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
    TraceContext.ofRequest(snapshot.getRequestId()).stamp(record.headers());
    record.headers().add(CHECKPOINT_HEADER, checkpoint);
    return record;
  }
}
