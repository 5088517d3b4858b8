package io.lethe.serving.acknowledge;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.kafka.CloudEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Sends acknowledgements to adapter.serving. */
public final class KafkaServingPublisher implements ServingPublisher, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KafkaServingPublisher.class);
  private static final Duration RETRACT_TIMEOUT = Duration.ofSeconds(5);
  private static final String SERVICE = "recommendation-server";

  private final Producer<String, AdapterServing> producer;
  private final Clock clock;

  /**
   * @param settings producer settings as {@code KafkaSettings.producer} gives them
   */
  public KafkaServingPublisher(Map<String, Object> settings, Clock clock) {
    this(new KafkaProducer<>(impatient(settings)), clock);
  }

  KafkaServingPublisher(Producer<String, AdapterServing> producer, Clock clock) {
    this.producer = producer;
    this.clock = clock;
  }

  @Override
  public void publish(AdapterServing serving, Runnable onConfirmed) {
    try {
      producer.send(
          record(serving.getReplicaId(), serving, serving.getSentAt()),
          (metadata, failure) -> {
            if (failure == null) {
              onConfirmed.run();
            } else {
              logLost(failure);
            }
          });
    } catch (KafkaException failure) {
      logLost(failure);
    }
  }

  @Override
  public void retract(String replicaId) {
    try {
      producer
          .send(record(replicaId, null, clock.instant()))
          .get(RETRACT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (KafkaException | ExecutionException | TimeoutException failure) {
      // The ledger stops counting this replica when its heartbeat has been silent long enough.
      LOG.warnf("could not retract replica %s: %s", replicaId, failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    producer.close(RETRACT_TIMEOUT);
  }

  private static ProducerRecord<String, AdapterServing> record(
      String replicaId, AdapterServing serving, Instant time) {
    String topic = Topics.ADAPTER_SERVING.name();
    ProducerRecord<String, AdapterServing> record =
        new ProducerRecord<>(topic, null, replicaId, serving);
    CloudEvents.stamp(
        record.headers(), topic, SERVICE, replicaId + "@" + time.toEpochMilli(), time);
    return record;
  }

  private static Map<String, Object> impatient(Map<String, Object> settings) {
    // An acknowledgement that is seconds old is worth less than the next heartbeat.
    Map<String, Object> impatient = new HashMap<>(settings);
    impatient.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    impatient.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    impatient.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    impatient.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return impatient;
  }

  private static void logLost(Exception failure) {
    LOG.warnf("acknowledgement lost, the next heartbeat repeats it: %s", reason(failure));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure.getMessage() : failure.getMessage() + " (" + cause + ")";
  }
}
