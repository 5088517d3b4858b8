package io.lethe.accumulator.status;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.accumulator.topology.BoundedRocksDb;
import io.lethe.schemas.TopicCreator;
import io.lethe.schemas.Topics;
import io.lethe.testing.EmbeddedBroker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of Kafka's metrics once partitions are assigned and stores are open. */
class StreamsMetricsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String LAG = "kafka.consumer.fetch.manager.records.lag";
  private static final String STORE_BYTES = "kafka.stream.state.total.sst.files.size";
  private static final String ALIVE = "kafka.stream.alive.stream.threads";
  private static final String FAILED = "kafka.stream.failed.stream.threads";
  private static final String TOPIC = Topics.PROFILE_SUBJECT.name();

  @TempDir private Path folder;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final RefreshedByHand refresh = new RefreshedByHand();
  private final AtomicBoolean failing = new AtomicBoolean();
  private EmbeddedBroker broker;
  private KafkaStreams streams;
  private KafkaStreamsMetrics binder;

  @BeforeEach
  void start() throws Exception {
    meters.config().meterFilter(new KafkaMeterFilter());
    broker =
        EmbeddedBroker.start(
            Files.createDirectory(folder.resolve("broker")), EmbeddedBroker.hasty());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicCreator.createMissing(admin, (short) 1);
    }
    streams = streams();
    // As Quarkus binds them: before the first partition is assigned, and again from time to time.
    binder = new KafkaStreamsMetrics(streams, List.of(), refresh);
    binder.bindTo(meters);
  }

  @AfterEach
  void stop() {
    binder.close();
    streams.close(PATIENCE);
    broker.close();
  }

  @Test
  void shouldExportAFewMetersOfThreadsPartitionsAndStoresAndNoOthers() {
    assertThat(meters.getMeters()).isNotEmpty();
    streams.start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              refresh.run();
              assertThat(tags(LAG, "partition")).containsExactlyInAnyOrder("0", "1", "2", "3");
              assertThat(tags(STORE_BYTES, "task.id"))
                  .containsExactlyInAnyOrder("0_0", "0_1", "0_2", "0_3");
              assertThat(value("kafka.stream.client.state"))
                  .isEqualTo(KafkaStreams.State.RUNNING.ordinal());
            });
    assertThat(tags(LAG, "topic")).containsOnly(TOPIC);
    assertThat(tags(STORE_BYTES, "rocksdb.state.id")).containsOnly("profiles");
    assertThat(value(ALIVE)).isEqualTo(1);
    assertThat(value(FAILED)).isZero();
    assertThat(value("kafka.consumer.coordinator.rebalance.total")).isPositive();
    assertThat(meters.getMeters())
        .extracting(meter -> meter.getId().getName())
        .filteredOn(name -> !name.equals(LAG) && !name.equals(STORE_BYTES))
        .containsExactlyInAnyOrder(
            ALIVE,
            FAILED,
            "kafka.stream.client.state",
            "kafka.stream.thread.process.rate",
            "kafka.stream.thread.commit.latency.avg",
            "kafka.stream.thread.commit.latency.max",
            "kafka.consumer.coordinator.rebalance.total",
            "kafka.producer.record.error.total");
  }

  @Test
  void shouldCountAThreadThatWasReplacedAndTellOfNoneOnceKafkaStreamsHasGivenUp() {
    AtomicInteger failures = new AtomicInteger();
    streams.setUncaughtExceptionHandler(
        failure -> {
          failing.set(false);
          return failures.incrementAndGet() == 1 ? REPLACE_THREAD : SHUTDOWN_CLIENT;
        });
    streams.start();
    failing.set(true);
    send();
    await().atMost(PATIENCE).until(() -> value(FAILED) == 1);
    await().atMost(PATIENCE).until(() -> value(ALIVE) == 1);

    failing.set(true);
    send();
    await().atMost(PATIENCE).until(() -> streams.state() == KafkaStreams.State.ERROR);
    // Kafka Streams takes its own meters away then: a zero is told until they are looked at anew,
    // so that an alert for it alone would hold for a minute at most.
    assertThat(value(ALIVE)).isZero();
    refresh.run();
    assertThat(meters.find(ALIVE).meters()).isEmpty();
    assertThat(meters.find("kafka.stream.client.state").meters()).isEmpty();
  }

  private List<String> tags(String meter, String tag) {
    return meters.find(meter).meters().stream()
        .map(Meter::getId)
        .map(id -> String.valueOf(id.getTag(tag)))
        .toList();
  }

  /** Of the only meter of this name. */
  private double value(String name) {
    assertThat(meters.find(name).meters()).as(name).hasSize(1);
    return meters.get(name).meter().measure().iterator().next().getValue();
  }

  private void send() {
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, "subject", new byte[1]));
    }
  }

  private KafkaStreams streams() {
    StreamsBuilder builder = new StreamsBuilder();
    builder
        .table(
            TOPIC,
            Consumed.with(Serdes.String(), Serdes.ByteArray()),
            Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as("profiles"))
        .toStream()
        .foreach(
            (subject, profile) -> {
              if (failing.get()) {
                throw new IllegalStateException("as the test wants it");
              }
            });
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams-metrics-it");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    return new KafkaStreams(builder.build(), properties);
  }

  /** Looks for new meters when it is told to, where the binder would each minute. */
  private static final class RefreshedByHand extends ScheduledThreadPoolExecutor {
    private Runnable look;

    private RefreshedByHand() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable command, long initialDelay, long period, TimeUnit unit) {
      look = command;
      return null;
    }

    private void run() {
      look.run();
    }
  }
}
