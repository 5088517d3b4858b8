package io.lethe.cli.serve;

import io.lethe.cli.CliException;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.sign.VersionStatement;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes the run's events, those of the catalog among them: no other catalog runs. */
final class BenchVersions implements AutoCloseable {
  private static final String SOURCE = "bench";

  /** SHA-256 of nothing: the digest of a watermark without requests. */
  private static final String EMPTY_WATERMARK =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final Producer<String, SpecificRecord> producer;
  private final String modelId;
  private final RecognisableAdapters adapters;
  private final PrivateKey key;
  private final Clock clock;

  /**
   * @param settings of a producer of our records
   * @param key that the servers take for the catalog's
   */
  BenchVersions(
      Map<String, Object> settings,
      String modelId,
      RecognisableAdapters adapters,
      PrivateKey key,
      Clock clock) {
    this.producer = new KafkaProducer<>(settings);
    this.modelId = modelId;
    this.adapters = adapters;
    this.key = key;
    this.clock = clock;
  }

  /** Releases a version with the next adapter in turn. */
  void release(long version) {
    String adapterId = adapters.ids().get((int) (version % adapters.ids().size()));
    String signature =
        new VersionStatement(
                modelId,
                version,
                adapterId,
                null,
                adapters.recommenderDigest(),
                EMPTY_WATERMARK,
                List.of(),
                List.of())
            .sign(key);
    send(
        Topics.ADAPTER_VERSION,
        modelId,
        AdapterVersion.newBuilder()
            .setModelId(modelId)
            .setVersion(version)
            .setStatus(VersionStatus.RELEASED)
            .setAdapterId(adapterId)
            .setRecommenderDigest(adapters.recommenderDigest())
            .setWatermarkDigest(EMPTY_WATERMARK)
            .setReleasedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .setSignature(signature)
            .build());
  }

  /** Sends a record and waits until the broker has it. */
  RecordMetadata send(Topic<?> topic, String recordKey, SpecificRecord value) {
    try {
      return producer.send(record(topic, recordKey, value)).get();
    } catch (ExecutionException refused) {
      throw new CliException(
          "the broker did not take a record of the bench (" + refused.getCause().getMessage() + ")",
          "see logs/broker.log in the data directory",
          refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
  }

  /** Sends a record; {@code taken} is told where it lies once the broker has it. */
  void send(
      Topic<?> topic,
      String recordKey,
      SpecificRecord value,
      org.apache.kafka.clients.producer.Callback taken) {
    producer.send(record(topic, recordKey, value), taken);
  }

  private ProducerRecord<String, SpecificRecord> record(
      Topic<?> topic, String recordKey, SpecificRecord value) {
    ProducerRecord<String, SpecificRecord> record =
        new ProducerRecord<>(topic.name(), recordKey, value);
    CloudEvents.stamp(record.headers(), topic.name(), SOURCE, recordKey, clock.instant());
    return record;
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
