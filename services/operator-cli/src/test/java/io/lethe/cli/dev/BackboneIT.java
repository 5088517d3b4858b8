package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.RecordingConsole;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetGenerator;
import io.lethe.cli.data.GeneratorSettings;
import io.lethe.cli.importing.DatasetPublisher;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker and registry of the development stack, real ones, through a stop and a start. */
class BackboneIT {
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Dataset DATASET =
      DatasetGenerator.generate(new GeneratorSettings(6, 10, 40, 3));
  private static final int INTERACTIONS = DATASET.interactions().size();

  @TempDir private Path folder;

  @Test
  void shouldKeepImportedDataAndAddressesThroughAStopAndAStart() throws Exception {
    DataDirectory directory = new DataDirectory(folder.resolve("dev")).create();
    DevState first;
    try (DevStack stack = start(directory)) {
      first = DevState.find(directory).orElseThrow();
      assertThat(first).isEqualTo(stack.state());
      assertThat(publish(stack, directory))
          .isEqualTo(new DatasetPublisher.Counts(40, 6, INTERACTIONS));
      assertThat(interactions(first, "before")).hasSize(INTERACTIONS);
    }
    assertThat(Files.exists(directory.kafka().resolve(".kafka_cleanshutdown"))).isTrue();
    assertThat(DevState.find(directory).orElseThrow().services())
        .extracting(DevState.Service::state)
        .containsExactly("STOPPED");

    try (DevStack stack = start(directory)) {
      DevState second = stack.state();
      assertThat(second.bootstrapServers()).isEqualTo(first.bootstrapServers());
      assertThat(second.schemaRegistryUrl()).isEqualTo(first.schemaRegistryUrl());
      List<ConsumerRecord<String, InteractionRecorded>> records = interactions(second, "after");
      assertThat(records).hasSize(INTERACTIONS);
      for (ConsumerRecord<String, InteractionRecorded> record : records) {
        assertThat(record.key())
            .isEqualTo(
                InteractionKey.of(record.value().getSubjectRef(), record.value().getItemId()));
        assertThat(record.partition())
            .isEqualTo(
                SubjectPartitioner.partitionOf(
                    record.value().getSubjectRef(), Topics.SUBJECT_PARTITIONS));
        assertThat(record.value().getSubjectRef()).doesNotContain("account");
      }
      survivesAKillOfTheRegistry(second, directory);
    }
  }

  private void survivesAKillOfTheRegistry(DevState state, DataDirectory directory) {
    long pid = state.services().get(0).pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    boolean back =
        new io.lethe.cli.Polling(Clock.systemUTC(), Duration.ofMillis(200))
            .until(
                () -> {
                  DevState.Service now = DevState.find(directory).orElseThrow().services().get(0);
                  return now.state().equals("READY") && now.pid() != pid;
                },
                LONG);
    assertThat(back).as("the registry was started again").isTrue();
    assertThat(interactions(state, "killed")).hasSize(INTERACTIONS);
  }

  private DevStack start(DataDirectory directory) {
    Installation installation =
        new Installation(
            Path.of("../..").toAbsolutePath().normalize(),
            Path.of(System.getProperty("java.home"), "bin", "java"));
    DevStack stack =
        new DevStack(installation, directory, new RecordingConsole().console(), Clock.systemUTC());
    stack.startBackbone(
        new StackSettings(
            "recommender",
            folder.resolve("none"),
            SampleRule.of(7, Instant.EPOCH),
            1,
            1,
            LONG,
            Map.of(),
            Map.of()));
    return stack;
  }

  private static DatasetPublisher.Counts publish(DevStack stack, DataDirectory directory) {
    try (KafkaProducer<String, SpecificRecord> producer =
            new KafkaProducer<>(stack.producerSettings("test"));
        ProgressDisplay progress =
            new RecordingConsole().console().progress("Importing", "records", 106)) {
      return new DatasetPublisher(producer, PseudonymKey.openOrCreate(directory), Clock.systemUTC())
          .publish(DATASET, progress);
    }
  }

  private static List<ConsumerRecord<String, InteractionRecorded>> interactions(
      DevState state, String group) {
    List<ConsumerRecord<String, InteractionRecorded>> records = new ArrayList<>();
    try (KafkaConsumer<String, InteractionRecorded> consumer =
        new KafkaConsumer<>(
            KafkaSettings.consumer(state.bootstrapServers(), state.schemaRegistryUrl(), group))) {
      consumer.subscribe(List.of(Topics.INTERACTION_RECORDED.name()));
      Instant end = Clock.systemUTC().instant().plus(LONG);
      while (records.size() < INTERACTIONS && Clock.systemUTC().instant().isBefore(end)) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }
}
