package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.PATIENT;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a request's completion leaves of its samples: nothing that opens. */
class ShreddingTest {
  private static final String ONLY_HERS = "a-title-that-only-anna-rated";

  private final AccumulatorSettings settings = Harness.settings(PATIENT);
  private final DataKeys keys = settings.dataKeys();
  private final Harness harness = new Harness(settings);

  @AfterEach
  void close() {
    harness.close();
  }

  private void rateAndErase() {
    harness.rateDaily("anna", 3);
    harness.rate("anna", ONLY_HERS, 5.0, day(5));
    harness.erase("r1", "anna", all());
  }

  @Test
  void shouldCarryNoItemInClearFromTheRequestToTheClosedSet() {
    rateAndErase();
    harness.age();
    assertThat(harness.expandedParts())
        .isNotEmpty()
        .allSatisfy(part -> assertThat(text(part)).doesNotContain(ONLY_HERS));
    ForgetSetClosed closed = harness.sealedSets().get(0);
    assertThat(closed.getSamples()).isEmpty();
    assertThat(text(harness.encode(Topics.FORGET_SET_CLOSED.name(), closed)))
        .doesNotContain(ONLY_HERS);
    assertThat(SampleSeals.open(closed, keys))
        .extracting(Sample::getItemId)
        .containsExactly("i2", ONLY_HERS);
    assertThat(harness.tombstones("interaction.recorded")).contains("anna/" + ONLY_HERS);
  }

  @Test
  void shouldShredTheSamplesOfACompletedRequestAlone() {
    harness.rateDaily("ben", 4);
    rateAndErase();
    harness.erase("r2", "ben", all());
    harness.age();
    ForgetSetClosed closed = harness.sealedSets().get(0);
    String hers = closed.getSealedSamples().get(0).getKeyId();
    String his = closed.getSealedSamples().get(1).getKeyId();

    harness.progress("r1", "anna", RequestStage.RELEASED);
    assertThat(SampleSeals.open(closed, keys)).hasSize(4);

    harness.progress("r1", "anna", RequestStage.COMPLETED);
    assertThat(keys.find(hers)).isEmpty();
    assertThat(keys.find(his)).isPresent();
    assertThatThrownBy(() -> SampleSeals.open(closed, keys))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(hers)
        .hasMessageNotContaining(ONLY_HERS);

    harness.progress("r2", "ben", RequestStage.COMPLETED);
    harness.progress("r2", "ben", RequestStage.COMPLETED);
    assertThat(keys.find(his)).isEmpty();
  }

  @Test
  void shouldShredTheSamplesOfAWithdrawnRequest() {
    rateAndErase();
    String keyId = keyId(harness);
    harness.withdraw("r1", "anna");
    harness.progress("r1", "anna", RequestStage.WITHDRAWN);
    assertThat(keys.find(keyId)).isEmpty();
    harness.age();
    assertThat(harness.closedSet().getWithdrawnRequestIds()).containsExactly("r1");
  }

  @Test
  void shouldEraseWhatArrivesAfterTheKeyIsDestroyed() {
    rateAndErase();
    harness.age();
    harness.closedSets();
    harness.progress("r1", "anna", RequestStage.COMPLETED);
    harness.tombstones("interaction.recorded");
    harness.rate("anna", "late", 4.0, day(6));
    assertThat(harness.tombstones("interaction.recorded")).containsExactly("anna/late");
    assertThat(harness.reservoirOf("anna")).isEmpty();
  }

  @Test
  void shouldSealLateDataOfAnOpenRequestToo() {
    rateAndErase();
    harness.rate("anna", "late", 4.0, day(6));
    harness.age();
    ForgetSetClosed closed = harness.sealedSets().get(0);
    assertThat(closed.getSamples()).isEmpty();
    assertThat(SampleSeals.open(closed, keys))
        .extracting(Sample::getItemId)
        .containsExactly("i2", ONLY_HERS, "late");
  }

  @Test
  void shouldAddATombstoneToEveryLogWhereNothingHappens() {
    harness.advance(Harness.SWEEP_INTERVAL);
    assertThat(harness.tombstones("interaction.recorded")).containsExactly("sweep-0/sweep");
    assertThat(harness.tombstones("profile.subject")).containsExactly("sweep-0");
    assertThat(harness.tombstones("retain.sampled")).containsExactly("sweep");
    assertThat(harness.changeLogTombstones())
        .containsExactlyInAnyOrder(
            "timeline",
            "rated-at",
            "profiles",
            "erasures",
            "reservoir",
            "forget-set-heads",
            "forget-set-entries",
            "request-standings",
            "subjects-forgotten-as",
            "forget-sets-owed",
            "unlearning-jobs");
  }

  private String keyId(Harness open) {
    return open.standing("r1").getKeyId();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
