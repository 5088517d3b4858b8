package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.PATIENT;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.between;
import static io.lethe.accumulator.topology.Harness.day;
import static io.lethe.accumulator.topology.Harness.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.Sample;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTest {
  private final Harness harness = new Harness(PATIENT);

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void shouldExpandADeletedItemIntoEveryLaterPromptThatShowsIt() {
    harness.rateDaily("anna", 10);
    harness.erase("r1", "anna", items("i3"));
    harness.age();
    // Prompts show four earlier items: i3 is a target once, and in the prompts of i4 to i7.
    List<Sample> samples = harness.closedSet().getSamples();
    assertThat(samples).extracting(Sample::getItemId).containsExactly("i3", "i4", "i5", "i6", "i7");
    assertThat(samples.get(4).getHistory())
        .extracting(HistoryEntry::getItemId)
        .containsExactly("i3", "i4", "i5", "i6");
  }

  @Test
  void shouldForgetOnlyWhatTheModelWasTunedOn() {
    harness.rateDaily("anna", 3);
    harness.rate("anna", "held", 5.0, day(200));
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.closedSet().getSamples())
        .extracting(Sample::getItemId)
        .containsExactly("i2");
    assertThat(harness.tombstones("interaction.recorded"))
        .containsExactly("anna/i0", "anna/i1", "anna/i2", "anna/held");
  }

  @Test
  void shouldExpandATimeRange() {
    harness.rateDaily("anna", 8);
    harness.erase("r1", "anna", between(day(6), day(7)));
    harness.age();
    assertThat(harness.closedSet().getSamples())
        .extracting(Sample::getItemId)
        .containsExactly("i6", "i7");
    assertThat(harness.tombstones("interaction.recorded")).containsExactly("anna/i6");
  }

  @Test
  void shouldShowTheProfileInSamplesAndEraseItWithEverything() {
    harness.profile("anna", "25-34");
    harness.rateDaily("anna", 3);
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.closedSet().getSamples().get(0).getProfile().getAgeBand())
        .isEqualTo("25-34");
    assertThat(harness.tombstones("profile.subject")).containsExactly("anna");
    assertThat(harness.keysIn("profiles")).isEmpty();
    assertThat(harness.keysIn("timeline")).isEmpty();
    assertThat(harness.keysIn("rated-at")).isEmpty();
    assertThat(harness.keysIn("forget-set-entries")).isEmpty();
  }

  @Test
  void shouldKeepTheProfileWhenOnlyItemsAreErased() {
    harness.profile("anna", "25-34");
    harness.rateDaily("anna", 3);
    harness.erase("r1", "anna", items("i0"));
    harness.age();
    assertThat(harness.tombstones("profile.subject")).isEmpty();
    assertThat(harness.tombstones("interaction.recorded")).containsExactly("anna/i0");
    assertThat(harness.keysIn("rated-at")).containsExactlyInAnyOrder("anna/i1", "anna/i2");
  }

  @Test
  void shouldAnswerForASubjectThatHoldsNothing() {
    harness.erase("r1", "stranger", all());
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getRequestIds()).containsExactly("r1");
    assertThat(closed.getSamples()).isEmpty();
  }

  @Test
  void shouldGiveARepeatedRequestOneEffect() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", all());
    harness.erase("r1", "anna", all());
    harness.age();
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.closedSets())
        .singleElement()
        .satisfies(
            set -> {
              assertThat(set.getRequestIds()).containsExactly("r1");
              assertThat(set.getSamples()).hasSize(2);
            });
  }

  @Test
  void shouldForgetASampleOnceThatTwoRequestsReach() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", items("i2"));
    harness.erase("r2", "anna", items("i3"));
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getRequestIds()).containsExactly("r1", "r2");
    assertThat(closed.getSamples()).extracting(Sample::getItemId).containsExactly("i2", "i3");
  }

  @Test
  void shouldLeaveOutARequestIdThatAnotherSubjectUsedBefore() {
    harness.rateDaily("anna", 3);
    harness.rateDaily("ben", 3);
    harness.erase("r1", "anna", all());
    harness.erase("r1", "ben", all());
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getRequestIds()).containsExactly("r1");
    assertThat(closed.getSamples()).extracting(Sample::getSubjectRef).containsExactly("anna");
  }

  @Test
  void shouldDropAWithdrawnRequestWhileItsSetIsOpenAndSaySo() {
    harness.rateDaily("anna", 4);
    harness.rateDaily("ben", 3);
    harness.erase("r1", "anna", all());
    harness.erase("r2", "ben", all());
    harness.withdraw("r1", "anna");
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getRequestIds()).containsExactly("r2");
    assertThat(closed.getWithdrawnRequestIds()).containsExactly("r1");
    assertThat(closed.getSamples()).extracting(Sample::getSubjectRef).containsExactly("ben");
    assertThat(harness.tombstones("interaction.recorded"))
        .containsExactly("ben/i0", "ben/i1", "ben/i2");
  }

  @Test
  void shouldPublishASetThatOnlyHoldsAWithdrawal() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", all());
    harness.withdraw("r1", "anna");
    harness.withdraw("r1", "anna");
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getTrigger()).isEqualTo(CloseTrigger.AGE);
    assertThat(closed.getRequestIds()).isEmpty();
    assertThat(closed.getWithdrawnRequestIds()).containsExactly("r1");
    assertThat(closed.getSamples()).isEmpty();
    assertThat(harness.tombstones("interaction.recorded")).isEmpty();
    assertThat(harness.keysIn("rated-at")).hasSize(4);
  }

  @Test
  void shouldIgnoreAWithdrawalAfterTheSetClosedAndOneOfAnUnknownRequest() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.closedSet().getRequestIds()).containsExactly("r1");
    harness.withdraw("r1", "anna");
    harness.withdraw("r9", "anna");
    harness.age();
    assertThat(harness.closedSets()).isEmpty();
  }

  @Test
  void shouldTakeANewRequestOfASubjectThatWithdrewAnEarlierOne() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", all());
    harness.withdraw("r1", "anna");
    harness.erase("r2", "anna", all());
    harness.age();
    ForgetSetClosed closed = harness.closedSet();
    assertThat(closed.getRequestIds()).containsExactly("r2");
    assertThat(closed.getWithdrawnRequestIds()).containsExactly("r1");
    assertThat(closed.getSamples()).hasSize(2);
  }

  @Test
  void shouldAddLateDataToAnOpenSetAndEraseItAtOnceAfterwards() {
    harness.rateDaily("anna", 3);
    harness.erase("r1", "anna", all());
    harness.rate("anna", "late", 2.0, day(40));
    harness.age();
    assertThat(harness.closedSet().getSamples())
        .extracting(Sample::getItemId)
        .containsExactly("i2", "late");
    assertThat(harness.tombstones("interaction.recorded"))
        .containsExactly("anna/i0", "anna/i1", "anna/i2", "anna/late");
    harness.rate("anna", "later", 2.0, day(41));
    harness.profile("anna", "25-34");
    assertThat(harness.tombstones("interaction.recorded")).containsExactly("anna/later");
    assertThat(harness.tombstones("profile.subject")).containsExactly("anna", "anna");
    assertThat(harness.keysIn("rated-at")).isEmpty();
    harness.age();
    assertThat(harness.closedSets()).isEmpty();
  }

  @Test
  void shouldKeepWhatAnErasedSubjectRecordsAfterTheRequest() {
    harness.rateDaily("anna", 3);
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.tombstones("interaction.recorded")).hasSize(3);
    harness.rate("anna", "new", 5.0, Harness.START.plusSeconds(60));
    assertThat(harness.tombstones("interaction.recorded")).isEmpty();
    assertThat(harness.keysIn("rated-at")).containsExactly("anna/new");
  }

  @Test
  void shouldHandleItemsThatHoldASeparator() {
    harness.rate("anna", "a/b", 4, day(1));
    harness.rate("anna", "a/b/c", 4, day(1));
    harness.rate("anna", "a", 4, day(1));
    harness.rate("anna2", "a", 4, day(1));
    harness.erase("r1", "anna", all());
    harness.age();
    assertThat(harness.closedSet().getSamples())
        .extracting(Sample::getItemId)
        .containsExactly("a/b/c");
    assertThat(harness.tombstones("interaction.recorded"))
        .containsExactly("anna/a", "anna/a/b", "anna/a/b/c");
    assertThat(harness.keysIn("rated-at")).containsExactly("anna2/a");
  }

  @Test
  void shouldOrderTimesBefore1970First() {
    harness.rate("anna", "b", 4, day(1));
    harness.rate("anna", "c", 4, day(2));
    harness.rate("anna", "a", 4, day(0).minus(Duration.ofDays(40_000)));
    harness.erase("r1", "anna", items("c"));
    harness.age();
    assertThat(harness.closedSet().getSamples().get(0).getHistory())
        .extracting(HistoryEntry::getItemId)
        .containsExactly("a", "b");
  }

  @Test
  void shouldGoOnAfterASetClosedBySizeWithNothingOpen() {
    ClosingRules rules =
        new ClosingRules(1, 1000, 4_000_000, Duration.ofHours(1), Duration.ofDays(7));
    try (Harness single = new Harness(rules)) {
      single.erase("r1", "anna", all());
      single.erase("r2", "ben", all());
      assertThat(single.closedSets())
          .extracting(set -> set.getSequence() + " " + set.getRequestIds())
          .containsExactly("1 [r1]", "2 [r2]");
    }
  }

  @Test
  void shouldRequireWhatAnEarlierSetOfThePersonForgets() {
    harness.rateDaily("anna", 4);
    harness.rateDaily("ben", 4);
    harness.erase("r1", "anna", all());
    harness.erase("r2", "ben", all());
    harness.age();
    assertThat(harness.closedSet().getRequiredWatermark()).isEmpty();
    harness.erase("r3", "ben", all());
    harness.erase("r4", "stranger", all());
    harness.age();
    ForgetSetClosed second = harness.closedSet();
    assertThat(second.getSamples()).isEmpty();
    // One entry stands for the set, whose version forgets r2 with it.
    assertThat(second.getRequiredWatermark()).containsExactly("r1");
    harness.erase("r5", "stranger", all());
    harness.erase("r6", "anna", all());
    harness.age();
    // The second set held nothing of anybody, so nobody waits for it.
    assertThat(harness.closedSet().getRequiredWatermark()).containsExactly("r1");
  }

  @Test
  void shouldNotRequireWhatWasWithdrawn() {
    harness.rateDaily("anna", 4);
    harness.erase("r1", "anna", all());
    harness.withdraw("r1", "anna");
    harness.age();
    assertThat(harness.closedSet().getSamples()).isEmpty();
    harness.erase("r2", "anna", all());
    harness.age();
    ForgetSetClosed second = harness.closedSet();
    assertThat(second.getSamples()).hasSize(2);
    assertThat(second.getRequiredWatermark()).isEmpty();
  }
}
