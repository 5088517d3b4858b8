package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.ProgressDisplay;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.kafka.CloudEvents;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends records of the bench by the thousands, and counts what the broker acknowledges. */
final class RecordLoad implements AutoCloseable {
  private static final String SOURCE = "bench-stream";
  private static final int LINGER_MILLIS = 20;
  private static final int BATCH_BYTES = 128 * 1024;

  private final Producer<String, SpecificRecord> producer;
  private final Clock clock;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param settings of a producer of our records
   */
  RecordLoad(Map<String, Object> settings, Clock clock) {
    Map<String, Object> bulk = new HashMap<>(settings);
    bulk.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    bulk.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    bulk.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    this.producer = new KafkaProducer<>(bulk);
    this.clock = clock;
  }

  /** Sends profile and interactions of all subjects; returns when all are acknowledged. */
  void send(MadeUpSubjects subjects, int count, int interactions, ProgressDisplay progress) {
    for (int subject = 0; subject < count; subject++) {
      String subjectRef = subjects.subjectRef(subject);
      send(Topics.PROFILE_SUBJECT, subjectRef, subjects.profile(subjectRef, subject));
      for (int number = 0; number < interactions; number++) {
        InteractionRecorded interaction = subjects.interaction(subjectRef, subject, number);
        send(
            Topics.INTERACTION_RECORDED,
            InteractionKey.of(subjectRef, interaction.getItemId()),
            interaction);
      }
      progress.stepTo(acknowledged.get());
    }
    flush();
    progress.stepTo(acknowledged.get());
  }

  /** Sends one record; it is acknowledged later. */
  void send(Topic<?> topic, String key, SpecificRecord value) {
    if (failure.get() != null) {
      throw failed();
    }
    ProducerRecord<String, SpecificRecord> record = new ProducerRecord<>(topic.name(), key, value);
    CloudEvents.stamp(record.headers(), topic.name(), SOURCE, key, clock.instant());
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null) {
            acknowledged.incrementAndGet();
          } else {
            failure.compareAndSet(null, error);
          }
        });
  }

  /**
   * Waits for the acknowledgement of everything sent.
   *
   * @throws CliException when a record was not acknowledged
   */
  void flush() {
    producer.flush();
    if (failure.get() != null) {
      throw failed();
    }
  }

  private CliException failed() {
    return new CliException(
        "the broker took only "
            + acknowledged.get()
            + " records of the bench ("
            + failure.get().getMessage()
            + ")",
        "see logs/broker.log in the data directory",
        failure.get());
  }

  @Override
  public void close() {
    producer.close();
  }
}
