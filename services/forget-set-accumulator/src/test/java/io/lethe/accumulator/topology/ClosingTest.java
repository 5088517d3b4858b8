package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.MODEL;
import static io.lethe.accumulator.topology.Harness.PATIENT;
import static io.lethe.accumulator.topology.Harness.START;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.Digests;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosingTest {

  @Test
  void shouldCloseBySizeAsSoonAsItNamesEnoughRequests() {
    ClosingRules rules =
        new ClosingRules(2, 1000, 4_000_000, Duration.ofHours(1), Duration.ofDays(7));
    try (Harness harness = new Harness(rules)) {
      harness.rateDaily("anna", 5);
      harness.rateDaily("ben", 4);
      harness.erase("r1", "anna", all());
      assertThat(harness.closedSets()).isEmpty();
      harness.erase("r2", "ben", all());
      ForgetSetClosed closed = harness.closedSet();
      assertThat(closed.getTrigger()).isEqualTo(CloseTrigger.SIZE);
      assertThat(closed.getRequestIds()).containsExactly("r1", "r2");
      assertThat(closed.getSamples())
          .extracting(sample -> sample.getSubjectRef() + '/' + sample.getItemId())
          .containsExactly("anna/i2", "anna/i3", "anna/i4", "ben/i2", "ben/i3");
    }
  }

  @Test
  void shouldCloseBySizeAsSoonAsItHoldsEnoughSamples() {
    ClosingRules rules =
        new ClosingRules(100, 3, 4_000_000, Duration.ofHours(1), Duration.ofDays(7));
    try (Harness harness = new Harness(rules)) {
      harness.rateDaily("anna", 5);
      harness.erase("r1", "anna", all());
      ForgetSetClosed closed = harness.closedSet();
      assertThat(closed.getTrigger()).isEqualTo(CloseTrigger.SIZE);
      assertThat(closed.getSamples()).hasSize(3);
    }
  }

  @Test
  void shouldCloseByAgeOfItsFirstRequestByTheClock() {
    try (Harness harness = new Harness(PATIENT)) {
      harness.erase("r1", "anna", all());
      harness.advance(Duration.ofMillis(4900));
      assertThat(harness.closedSets()).isEmpty();
      harness.advance(Duration.ofMillis(100));
      ForgetSetClosed closed = harness.closedSet();
      assertThat(closed.getTrigger()).isEqualTo(CloseTrigger.AGE);
      assertThat(closed.getOpenedAt()).isEqualTo(START);
      assertThat(closed.getClosedAt()).isEqualTo(START.plusSeconds(5));
      harness.age();
      assertThat(harness.closedSets()).isEmpty();
    }
  }

  @Test
  void shouldCloseBeforeTheFirstDeadline() {
    ClosingRules rules =
        new ClosingRules(100, 1000, 4_000_000, Duration.ofDays(365), Duration.ofHours(1));
    try (Harness harness = new Harness(rules)) {
      harness.erase("r1", "anna", all(), START.plus(Duration.ofHours(9)));
      harness.erase("r2", "ben", all(), START.plus(Duration.ofHours(3)));
      harness.advance(Duration.ofHours(2).minusSeconds(1));
      assertThat(harness.closedSets()).isEmpty();
      harness.advance(Duration.ofSeconds(1));
      ForgetSetClosed closed = harness.closedSet();
      assertThat(closed.getTrigger()).isEqualTo(CloseTrigger.DEADLINE);
      assertThat(closed.getRequestIds()).containsExactly("r1", "r2");
      assertThat(closed.getEarliestDueAt()).isEqualTo(START.plus(Duration.ofHours(3)));
    }
  }

  @Test
  void shouldCloseByBytesBeforeItsRecordWouldPassTheLimit() {
    int limit = 6000;
    ClosingRules rules =
        new ClosingRules(100, 1000, limit, Duration.ofHours(1), Duration.ofDays(7));
    try (Harness harness =
        new Harness(
            Harness.settings(
                rules, new ExpansionLimits(1000, 3000), 8, 4, Lifecycles.standard()))) {
      for (String subject :
          List.of("anna", "ben", "cleo", "dora", "emil", "fred", "gina", "hugo", "ida")) {
        harness.rateDaily(subject, 12);
        harness.erase("request-of-" + subject, subject, all());
      }
      List<ForgetSetClosed> closed = harness.closedSets();
      assertThat(closed).hasSizeGreaterThan(1);
      assertThat(closed)
          .allSatisfy(
              set -> {
                assertThat(set.getTrigger()).isEqualTo(CloseTrigger.BYTES);
                assertThat(harness.encode("forget-set.closed", set).length)
                    .isLessThanOrEqualTo(limit)
                    .isGreaterThan(limit / 3);
              });
      assertThat(closed).extracting(ForgetSetClosed::getSequence).startsWith(1L, 2L);
    }
  }

  /** Whatever closes a set, and however long the ids are, its record keeps within the limit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepWithinTheLimitWhicheverTriggerCloses(long seed) {
    int limit = 8000;
    Random random = new Random(seed);
    ClosingRules rules =
        new ClosingRules(6, 40, limit, Duration.ofSeconds(5), Duration.ofMinutes(1));
    Set<CloseTrigger> triggers = new HashSet<>();
    try (Harness harness =
        new Harness(
            Harness.settings(
                rules, new ExpansionLimits(1000, 3000), 8, 4, Lifecycles.standard()))) {
      for (int request = 0; request < 60; request++) {
        // Some ask a second time, so that later sets require what earlier ones forget.
        String subject = "subject" + request % 50;
        String requestId = String.valueOf((char) 0x20AC).repeat(1 + random.nextInt(250)) + request;
        harness.rateDaily(subject, random.nextInt(14));
        Instant due =
            random.nextInt(6) == 0
                ? START.plusSeconds(random.nextInt(600))
                : START.plus(Duration.ofDays(30));
        harness.erase(requestId, subject, all(), due);
        switch (random.nextInt(5)) {
          case 0 -> harness.withdraw(requestId, subject);
          case 1 -> harness.rate(subject, "late", 4.0, Harness.day(60));
          case 2 -> harness.extend(requestId, subject, START.plus(Duration.ofDays(60)));
          case 3 -> harness.advance(Duration.ofSeconds(random.nextInt(7)));
          default -> {}
        }
      }
      harness.age();
      for (ForgetSetClosed set : harness.closedSets()) {
        triggers.add(set.getTrigger());
        assertThat(harness.encode("forget-set.closed", set).length).isLessThanOrEqualTo(limit);
      }
    }
    assertThat(triggers).hasSizeGreaterThan(2);
  }

  @Test
  void shouldSpreadARequestTooBigForOneSetAndNameItInTheLast() {
    ClosingRules rules =
        new ClosingRules(100, 10_000, 4000, Duration.ofSeconds(5), Duration.ofDays(7));
    try (Harness harness =
        new Harness(
            Harness.settings(
                rules, new ExpansionLimits(1000, 2000), 8, 4, Lifecycles.standard()))) {
      harness.rateDaily("anna", 60);
      harness.erase("r1", "anna", all());
      harness.age();
      List<ForgetSetClosed> closed = harness.closedSets();
      assertThat(closed).hasSizeGreaterThan(2);
      for (ForgetSetClosed set : closed.subList(0, closed.size() - 1)) {
        assertThat(set.getRequestIds()).isEmpty();
      }
      assertThat(closed.get(0).getRequiredWatermark()).isEmpty();
      for (int index = 1; index < closed.size(); index++) {
        assertThat(closed.get(index).getRequiredWatermark())
            .containsExactly(closed.get(index - 1).getForgetSetId());
      }
      assertThat(closed.get(closed.size() - 1).getRequestIds()).containsExactly("r1");
      List<Sample> samples = closed.stream().flatMap(set -> set.getSamples().stream()).toList();
      assertThat(samples).hasSize(58);
      assertThat(new HashSet<>(samples)).hasSize(58);
      assertThat(harness.tombstones("interaction.recorded")).hasSize(60).contains("anna/i0");
      assertThat(harness.keysIn("timeline")).isEmpty();
    }
  }

  @Test
  void shouldNotWithdrawARequestWhoseFirstPartsHaveLeft() {
    ClosingRules rules =
        new ClosingRules(100, 10_000, 4000, Duration.ofSeconds(5), Duration.ofDays(7));
    try (Harness harness =
        new Harness(
            Harness.settings(
                rules, new ExpansionLimits(1000, 2000), 8, 4, Lifecycles.standard()))) {
      harness.rateDaily("anna", 60);
      harness.erase("r1", "anna", all());
      harness.withdraw("r1", "anna");
      harness.age();
      ForgetSetClosed last = harness.closedSets().stream().reduce((one, next) -> next).get();
      assertThat(last.getRequestIds()).containsExactly("r1");
      assertThat(last.getWithdrawnRequestIds()).isEmpty();
    }
  }

  @Test
  void shouldNumberSetsWithoutGapsAndNameThemByContentAlone() {
    try (Harness harness = new Harness(PATIENT)) {
      harness.rateDaily("anna", 4);
      harness.erase("r1", "anna", items("i3"));
      harness.age();
      harness.erase("r2", "ben", all());
      harness.age();
      List<ForgetSetClosed> closed = harness.closedSets();
      assertThat(closed).extracting(ForgetSetClosed::getSequence).containsExactly(1L, 2L);
      List<String> ids = closed.get(0).getSamples().stream().map(Sample::getSampleId).toList();
      assertThat(ids).hasSize(1);
      assertThat(closed.get(0).getDigest()).isEqualTo(Digests.samples(ids));
      assertThat(closed.get(0).getForgetSetId())
          .isEqualTo(Digests.forgetSetId(MODEL, 1, List.of("r1"), ids));
      assertThat(closed.get(1).getDigest())
          .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
  }

  @Test
  void shouldGiveTheSameSetsForTheSameInput() {
    assertThat(runOnce(Duration.ofMillis(300))).isEqualTo(runOnce(Duration.ofMillis(700)));
  }

  private static List<String> runOnce(Duration pause) {
    ClosingRules rules =
        new ClosingRules(3, 1000, 4_000_000, Duration.ofHours(1), Duration.ofDays(7));
    try (Harness harness = new Harness(rules)) {
      for (int subject = 0; subject < 9; subject++) {
        harness.rateDaily("subject" + subject, 3 + subject);
        harness.advance(pause);
        harness.erase("r" + subject, "subject" + subject, all());
      }
      List<String> ids =
          harness.closedSets().stream()
              .map(set -> set.getForgetSetId() + ' ' + set.getDigest())
              .toList();
      assertThat(ids).hasSize(3);
      return ids;
    }
  }
}
