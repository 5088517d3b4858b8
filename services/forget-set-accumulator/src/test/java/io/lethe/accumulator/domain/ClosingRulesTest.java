package io.lethe.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.CloseTrigger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClosingRulesTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T12:00:00Z");

  private final ClosingRules rules =
      new ClosingRules(10, 10, 1000, Duration.ofSeconds(5), Duration.ofDays(1));

  @Test
  void shouldCloseByAgeAndNotBefore() {
    assertThat(rules.at(open(), Duration.ZERO, FIRST)).isEmpty();
    assertThat(rules.at(open(), Duration.ZERO, FIRST.plusMillis(4_999))).isEmpty();
    assertThat(rules.at(open(), Duration.ZERO, FIRST.plusSeconds(5))).contains(CloseTrigger.AGE);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F16,
      level = FaultLevel.UNIT,
      does = "Sets the clock back while a set is open.",
      load = "1 set",
      oracle = "The set closes.")
  void shouldNotStayOpenForHoursWhenTheClockIsSetBack() {
    assertThat(rules.at(open(), Duration.ZERO, FIRST.minusSeconds(6 * 3600)))
        .contains(CloseTrigger.AGE);
  }

  private static OpenForgetSet open() {
    return OpenForgetSet.newBuilder()
        .setModelId("recommender")
        .setSequence(1)
        .setEntriesAdded(1)
        .setEntries(1)
        .setRequests(1)
        .setSamples(0)
        .setRecordBytes(600)
        .setOpenedAt(FIRST)
        .setAgeFrom(FIRST)
        .setEarliestDueAt(FIRST.plus(Duration.ofDays(30)))
        .build();
  }
}
