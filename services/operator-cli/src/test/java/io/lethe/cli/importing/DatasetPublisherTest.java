package io.lethe.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.RecordingConsole;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Item;
import io.lethe.cli.data.Profile;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class DatasetPublisherTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final Dataset DATA =
      new Dataset(
          "test",
          List.of(new Item("i1", "One", List.of(), null)),
          List.of(new Profile("anna", null, "25-34", null)),
          List.of(new Interaction("anna", "i1", 4, TIME)),
          3);

  private final MockProducer<String, SpecificRecord> producer =
      new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]);

  @Test
  void shouldSendEveryRowUnderTheCurrentPseudonym() {
    SubjectPseudonymizer one = new SubjectPseudonymizer(key(1));
    publish(one);
    assertThat(producer.history())
        .extracting(ProducerRecord::topic, ProducerRecord::key, record -> record.value() == null)
        .containsExactly(
            tuple("catalog.item", "i1", false),
            tuple("profile.subject", one.subjectRef("anna"), false),
            tuple("interaction.recorded", one.subjectRef("anna") + "/i1", false));
  }

  @Test
  void shouldMoveWhatLiesUnderAnEarlierPseudonymToTheCurrentOne() {
    SubjectPseudonymizer rotated = new SubjectPseudonymizer(List.of(key(2), key(1)));
    String earlier = new SubjectPseudonymizer(key(1)).subjectRef("anna");
    DatasetPublisher.Counts counts = publish(rotated);
    assertThat(producer.history())
        .extracting(ProducerRecord::topic, ProducerRecord::key, record -> record.value() == null)
        .containsExactly(
            tuple("catalog.item", "i1", false),
            tuple("profile.subject", rotated.subjectRef("anna"), false),
            tuple("profile.subject", earlier, true),
            tuple("interaction.recorded", rotated.subjectRef("anna") + "/i1", false),
            tuple("interaction.recorded", earlier + "/i1", true));
    assertThat(counts.total()).isEqualTo(3);
  }

  private DatasetPublisher.Counts publish(SubjectPseudonymizer pseudonymizer) {
    RecordingConsole recording = new RecordingConsole();
    try (ProgressDisplay progress = recording.console().progress("Importing", "records", 3)) {
      return new DatasetPublisher(producer, pseudonymizer, Clock.fixed(TIME, ZoneOffset.UTC))
          .publish(DATA, progress);
    }
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return key;
  }
}
