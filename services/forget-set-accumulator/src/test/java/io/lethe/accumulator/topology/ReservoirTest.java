package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.PATIENT;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.between;
import static io.lethe.accumulator.topology.Harness.day;
import static io.lethe.accumulator.topology.Harness.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReservoirTest {
  private final Harness harness = new Harness(PATIENT);

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void shouldHoldEverySampleWhileThereAreFewAndKeepSlicesApart() {
    harness.rateDaily("anna", 4);
    harness.rate("anna", "held", 2.0, day(200));
    assertThat(harness.reservoir().keySet()).containsExactly("held-0-0", "train-0-0", "train-0-1");
    RetainSampled held = harness.reservoir().get("held-0-0");
    assertThat(held.getHeldOut()).isTrue();
    assertThat(held.getSample().getItemId()).isEqualTo("held");
    assertThat(held.getSample().getLiked()).isFalse();
    assertThat(harness.reservoir().get("train-0-0").getHeldOut()).isFalse();
    assertThat(harness.reservoir().get("train-0-1").getSample().getHistory())
        .extracting(HistoryEntry::getItemId)
        .containsExactly("i0", "i1", "i2");
  }

  @Test
  void shouldKeepNoMoreThanItsSlotsAndTheSameOnesInAnyOrderOfArrival() {
    Set<String> inOrder = sampleIds(harness, rate(harness, false));
    try (Harness shuffled = new Harness(PATIENT)) {
      assertThat(sampleIds(shuffled, rate(shuffled, true))).isEqualTo(inOrder);
    }
    assertThat(inOrder).hasSize(8);
  }

  @Test
  void shouldRenderAnewWhatALateArrivalChanges() {
    harness.rate("anna", "b", 4, day(2));
    harness.rate("anna", "c", 4, day(3));
    assertThat(harness.reservoir()).isEmpty();
    harness.rate("anna", "a", 4, day(1));
    assertThat(harness.reservoirOf("anna"))
        .singleElement()
        .satisfies(
            sample -> {
              assertThat(sample.getItemId()).isEqualTo("c");
              assertThat(sample.getHistory())
                  .extracting(HistoryEntry::getItemId)
                  .containsExactly("a", "b");
            });
    harness.rate("anna", "a", 1, day(4));
    assertThat(harness.reservoirOf("anna"))
        .singleElement()
        .satisfies(
            sample -> {
              assertThat(sample.getItemId()).isEqualTo("a");
              assertThat(sample.getHistory())
                  .extracting(HistoryEntry::getItemId)
                  .containsExactly("b", "c");
            });
  }

  @Test
  void shouldRenderAnewWhenTheProfileChangesAndGoes() {
    harness.rateDaily("anna", 3);
    harness.profile("anna", "25-34");
    assertThat(harness.reservoirOf("anna").get(0).getProfile().getAgeBand()).isEqualTo("25-34");
    harness.profile("anna", "35-44");
    assertThat(harness.reservoirOf("anna").get(0).getProfile().getAgeBand()).isEqualTo("35-44");
    harness.sendRaw("profile.subject", Harness.bytes("anna"), null);
    assertThat(harness.reservoirOf("anna").get(0).getProfile()).isNull();
  }

  @Test
  void shouldGiveUpAnErasedSubjectAtOnceAndNeverTakeItAgain() {
    harness.rateDaily("anna", 6);
    harness.rateDaily("ben", 3);
    harness.rate("anna", "held", 5.0, day(200));
    assertThat(harness.reservoirOf("anna")).hasSize(5);
    harness.erase("r1", "anna", all());
    assertThat(harness.reservoirOf("anna")).isEmpty();
    assertThat(harness.reservoirOf("ben")).hasSize(1);
    assertThat(harness.keysIn("reservoir")).hasSize(1);
    harness.rateDaily("anna", 6);
    harness.age();
    harness.rateDaily("anna", 6);
    harness.rate("anna", "new", 5.0, Harness.START.plusSeconds(60));
    harness.rate("anna", "newer", 5.0, Harness.START.plusSeconds(61));
    harness.rate("anna", "newest", 5.0, Harness.START.plusSeconds(62));
    assertThat(harness.reservoirOf("anna")).isEmpty();
  }

  @Test
  void shouldKeepASubjectOutThatTookItsRequestBack() {
    harness.rateDaily("anna", 6);
    harness.erase("r1", "anna", all());
    harness.withdraw("r1", "anna");
    harness.age();
    harness.rateDaily("anna", 7);
    assertThat(harness.reservoirOf("anna")).isEmpty();
  }

  @Test
  void shouldFillTheSlotsOfAnErasedSubjectFromItsSpares() {
    harness.rateDaily("anna", 5);
    harness.rateDaily("ben", 5);
    harness.rateDaily("cleo", 5);
    harness.rateDaily("dora", 5);
    assertThat(harness.reservoir()).hasSize(8);
    int withoutBen = 8 - harness.reservoirOf("ben").size();
    assertThat(withoutBen).isLessThan(8);
    harness.erase("r1", "ben", all());
    assertThat(harness.reservoir()).hasSize(8);
    assertThat(harness.reservoirOf("ben")).isEmpty();
  }

  @Test
  void shouldGiveUpPromptsThatShowADeletedItemAndRenderThemAnewOnceItIsGone() {
    harness.rateDaily("anna", 6);
    assertThat(harness.reservoirOf("anna")).hasSize(4);
    harness.erase("r1", "anna", items("i1"));
    // The prompts of i2 to i5 all show i1.
    assertThat(harness.reservoirOf("anna")).isEmpty();
    harness.age();
    List<Sample> samples = harness.reservoirOf("anna");
    assertThat(samples).extracting(Sample::getItemId).containsExactlyInAnyOrder("i3", "i4", "i5");
    assertThat(samples)
        .flatExtracting(Sample::getHistory)
        .extracting(HistoryEntry::getItemId)
        .doesNotContain("i1");
  }

  @Test
  void shouldGiveUpPromptsThatShowAnErasedTimeRange() {
    harness.rateDaily("anna", 8);
    harness.erase("r1", "anna", between(null, day(3)));
    assertThat(harness.reservoirOf("anna")).extracting(Sample::getItemId).containsExactly("i7");
  }

  @Test
  void shouldEmptyASlotWhenItsSourceTakesTheRatingBack() {
    harness.rateDaily("anna", 3);
    assertThat(harness.reservoir()).hasSize(1);
    harness.unrate("anna", "i0");
    assertThat(harness.reservoir()).isEmpty();
    harness.unrate("anna", "unknown");
    assertThat(harness.reservoir()).isEmpty();
  }

  private static List<String> rate(Harness harness, boolean shuffled) {
    List<String> ratings = new ArrayList<>();
    for (int subject = 0; subject < 6; subject++) {
      for (int item = 0; item < 12; item++) {
        ratings.add("subject" + subject + " " + item);
      }
    }
    if (shuffled) {
      Collections.shuffle(ratings, new Random(7));
    }
    for (String rating : ratings) {
      String[] parts = rating.split(" ");
      int item = Integer.parseInt(parts[1]);
      harness.rate(parts[0], "i" + item, 4.0, day(item));
    }
    return ratings;
  }

  private static Set<String> sampleIds(Harness harness, List<String> ratings) {
    assertThat(ratings).hasSize(72);
    return harness.reservoir().values().stream()
        .map(sampled -> sampled.getSample().toString())
        .collect(Collectors.toSet());
  }
}
