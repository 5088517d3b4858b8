package io.lethe.intake;

import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Deserializer;

/** The Kafka clients of the service. */
@ApplicationScoped
public class KafkaClients {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int LINGER_MILLIS = 0;

  private final IntakeConfig config;
  private final KafkaOptions kafka;

  KafkaClients(IntakeConfig config, KafkaOptions kafka) {
    this.config = config;
    this.kafka = kafka;
  }

  @Produces
  @Singleton
  Producer<String, SpecificRecord> requests() {
    Map<String, Object> settings =
        kafka.addTo(
            KafkaSettings.producer(
                kafka.bootstrapServers(), config.schemaRegistryUrl(), "intake-requests"));
    // A caller waits for every record, so none waits for company.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    // Under load batches fill by themselves, while earlier ones are on their way.
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, config.publishBatchBytes());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.publishCompression());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.publishTimeout().toMillis());
    return new KafkaProducer<>(settings);
  }

  void closeRequests(@Disposes Producer<String, SpecificRecord> producer) {
    producer.close(CLOSE_TIMEOUT);
  }

  @Produces
  @Singleton
  Producer<byte[], byte[]> deadLetters() {
    Map<String, Object> settings =
        kafka.addTo(KafkaSettings.bytesProducer(kafka.bootstrapServers(), "intake-dead-letters"));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.publishTimeout().toMillis());
    return new KafkaProducer<>(settings);
  }

  void closeDeadLetters(@Disposes Producer<byte[], byte[]> producer) {
    producer.close(CLOSE_TIMEOUT);
  }

  /** One for each thread of the Kafka door; closed by the loop that reads it. */
  @Produces
  @Dependent
  Consumer<byte[], byte[]> submissions() {
    Map<String, Object> settings =
        kafka.addTo(
            KafkaSettings.bytesConsumer(kafka.bootstrapServers(), config.submissionsGroup()));
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, config.submissionsPerPollMax());
    return new KafkaConsumer<>(settings);
  }

  @Produces
  @Singleton
  Deserializer<DeletionSubmitted> submissionValues() {
    AvroDeserializer<DeletionSubmitted> values = new AvroDeserializer<>(DeletionSubmitted.class);
    values.configure(
        KafkaSettings.follower(kafka.bootstrapServers(), config.schemaRegistryUrl()), false);
    return values;
  }
}
