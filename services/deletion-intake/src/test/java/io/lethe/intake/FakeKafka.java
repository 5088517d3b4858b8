package io.lethe.intake;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.intake.status.StatusFollower;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Stands in for every Kafka client of the service, so that its interface runs without a broker. */
@Singleton
@Alternative
public class FakeKafka {
  private final MockSchemaRegistryClient registry =
      new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()));
  private final HeldProducer requests = new HeldProducer();
  private volatile boolean behind;

  /** Puts the stand-ins in. */
  public static class Profile implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(FakeKafka.class, StandingFollower.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        Path key =
            Files.createTempFile(
                "pseudonym",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        key.toFile().deleteOnExit();
        Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
        return Map.of(
            "lethe.pseudonym-key-file", key.toString(),
            "lethe.publish-timeout", "200ms",
            "lethe.producer-limit.burst", "100",
            "quarkus.oidc.public-key", Tokens.publicKey(),
            // There is one consumer only.
            "lethe.submission-threads", "1",
            "lethe.deadlines.internal.period", "P7D",
            "lethe.deadlines.internal.zone", "Asia/Tokyo",
            "quarkus.http.test-port", "0");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  /** Acknowledges by itself unless it is told to hold. */
  private static final class HeldProducer extends MockProducer<String, SpecificRecord> {
    private final List<ProducerRecord<String, SpecificRecord>> sent = new ArrayList<>();
    private boolean holds;

    HeldProducer() {
      // Other tests write Avro; under Quarkus' class loaders for tests Avro finds the records
      // twice.
      super(false, null, new StringSerializer(), (topic, value) -> new byte[0]);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, SpecificRecord> record, Callback callback) {
      sent.add(record);
      Future<RecordMetadata> acknowledged = super.send(record, callback);
      if (!holds) {
        completeNext();
      }
      return acknowledged;
    }
  }

  /** Follows nothing. */
  @Singleton
  @Alternative
  static class StandingFollower extends StatusFollower {
    private final FakeKafka kafka;
    private final Clock clock;

    StandingFollower(
        IntakeConfig config,
        RequestStatusTable table,
        IntakeMetrics metrics,
        FakeKafka kafka,
        Clock clock) {
      super(config, KafkaOptions.plaintext("localhost:1"), table, metrics, clock);
      this.kafka = kafka;
      this.clock = clock;
    }

    @Override
    public void start() {}

    @Override
    public boolean isCaughtUp() {
      return !kafka.behind;
    }

    @Override
    public boolean awaitCaughtUp(Duration timeout) {
      return true;
    }

    @Override
    public Instant lastPollAt() {
      return clock.instant();
    }

    @Override
    public boolean isRunning() {
      return true;
    }

    @Override
    public void stop() {}
  }

  /** Forgets what was sent, and acknowledges from now on. */
  public void reset() {
    synchronized (requests) {
      requests.sent.clear();
      requests.holds = false;
    }
    behind = false;
  }

  /** Acknowledges nothing until told. */
  public void hold() {
    synchronized (requests) {
      requests.holds = true;
    }
  }

  /** Acknowledges everything sent so far. */
  public void acknowledgeAll() {
    synchronized (requests) {
      requests.holds = false;
      while (requests.completeNext()) {
        // Each call acknowledges one record.
      }
    }
  }

  /** Pretends that the requests accepted before the start are not known yet. */
  public void fallBehind() {
    behind = true;
  }

  /** What was sent since the last reset. */
  public List<ProducerRecord<String, SpecificRecord>> sent() {
    synchronized (requests) {
      return List.copyOf(requests.sent);
    }
  }

  @Produces
  @Singleton
  @Alternative
  Clock clock() {
    return Clock.fixed(Requests.NOW, ZoneOffset.UTC);
  }

  @Produces
  @Singleton
  @Alternative
  Producer<String, SpecificRecord> requests() {
    return requests;
  }

  @Produces
  @Singleton
  @Alternative
  Producer<byte[], byte[]> deadLetters() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Produces
  @Singleton
  @Alternative
  Consumer<byte[], byte[]> submissions() {
    return new MockConsumer<>("earliest");
  }

  @Produces
  @Singleton
  @Alternative
  Deserializer<DeletionSubmitted> submissionValues() {
    return new AvroDeserializer<>(registry, DeletionSubmitted.class);
  }
}
