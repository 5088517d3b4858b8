package io.lethe.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SealedSamples;
import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.DataKeyFolder;
import io.lethe.schemas.seal.SampleSeals;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgetSetReaderTest {
  private static final String MODEL = "recommender";
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;
  private DataKeyFolder keys;
  private DataKey key;

  @BeforeEach
  void open() {
    keys = DataKeyFolder.open(folder.resolve("data-keys"));
    key = keys.create();
  }

  @AfterEach
  void close() {
    keys.close();
  }

  @Test
  void shouldOpenTheSealedSamplesBehindThoseInClear() {
    ForgetSetClosed read = read(set(List.of(sample("clear"))));
    assertThat(read.getSamples()).containsExactly(sample("clear"), sample("i1"), sample("i2"));
    assertThat(read.getSealedSamples()).isEmpty();
  }

  @Test
  void shouldRefuseASetWhoseSamplesAreShredded() {
    keys.destroy(key.id());
    assertThatThrownBy(() -> read(set(List.of())))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(key.id())
        .hasMessageContaining("lethe.data-key-folder");
  }

  @Test
  void shouldRefuseASampleThatWasAltered() {
    ForgetSetClosed set = set(List.of());
    set.getSealedSamples().get(0).getSamples().get(1).put(20, (byte) 1);
    assertThatThrownBy(() -> read(set))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(key.id());
  }

  private ForgetSetClosed read(ForgetSetClosed set) {
    return new ForgetSetReader(MODEL, (topic, bytes) -> set, keys)
        .read(
            new ConsumerRecord<>(
                Topics.FORGET_SET_CLOSED.name(), 0, 0, MODEL.getBytes(), new byte[] {1}));
  }

  private ForgetSetClosed set(List<Sample> inClear) {
    return ForgetSetClosed.newBuilder()
        .setForgetSetId("set-1")
        .setModelId(MODEL)
        .setSequence(1)
        .setRequestIds(List.of("r1"))
        .setSamples(inClear)
        .setSealedSamples(
            List.of(
                new SealedSamples(
                    key.id(),
                    "anna",
                    List.of(
                        SampleSeals.seal(key, sample("i1")), SampleSeals.seal(key, sample("i2"))))))
        .setTrigger(CloseTrigger.AGE)
        .setOpenedAt(TIME)
        .setClosedAt(TIME)
        .setEarliestDueAt(TIME)
        .setDigest("digest")
        .build();
  }

  private static Sample sample(String itemId) {
    return Sample.newBuilder()
        .setSampleId("sample-" + itemId)
        .setSubjectRef("anna")
        .setItemId(itemId)
        .setRating(4)
        .setRecordedAt(TIME)
        .setLiked(true)
        .setHistory(List.of())
        .build();
  }
}
