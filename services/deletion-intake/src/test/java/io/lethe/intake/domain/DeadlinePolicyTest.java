package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.Regime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact table: every regime against every day on which calendars are awkward. */
class DeadlinePolicyTest {
  private final DeadlinePolicy policy = DeadlinePolicy.lawful();

  @ParameterizedTest(name = "{0} from {1}")
  @CsvSource({
    // 31 January of a common year.
    "GDPR,     2026-01-31T12:00:00Z, 2026-02-28T22:59:59.999Z",
    "UK,       2026-01-31T12:00:00Z, 2026-02-28T23:59:59.999Z",
    "CCPA,     2026-01-31T12:00:00Z, 2026-03-18T06:59:59.999Z",
    "DROP,     2026-01-31T12:00:00Z, 2026-03-18T06:59:59.999Z",
    "INTERNAL, 2026-01-31T12:00:00Z, 2026-03-02T23:59:59.999Z",
    // 31 January of a leap year.
    "GDPR,     2028-01-31T12:00:00Z, 2028-02-29T22:59:59.999Z",
    "UK,       2028-01-31T12:00:00Z, 2028-02-29T23:59:59.999Z",
    "CCPA,     2028-01-31T12:00:00Z, 2028-03-17T06:59:59.999Z",
    "DROP,     2028-01-31T12:00:00Z, 2028-03-17T06:59:59.999Z",
    "INTERNAL, 2028-01-31T12:00:00Z, 2028-03-01T23:59:59.999Z",
    // 29 February.
    "GDPR,     2028-02-29T12:00:00Z, 2028-03-29T21:59:59.999Z",
    "UK,       2028-02-29T12:00:00Z, 2028-03-29T22:59:59.999Z",
    "CCPA,     2028-02-29T12:00:00Z, 2028-04-15T06:59:59.999Z",
    "DROP,     2028-02-29T12:00:00Z, 2028-04-15T06:59:59.999Z",
    "INTERNAL, 2028-02-29T12:00:00Z, 2028-03-30T23:59:59.999Z",
    // 30 November.
    "GDPR,     2026-11-30T12:00:00Z, 2026-12-30T22:59:59.999Z",
    "UK,       2026-11-30T12:00:00Z, 2026-12-30T23:59:59.999Z",
    "CCPA,     2026-11-30T12:00:00Z, 2027-01-15T07:59:59.999Z",
    "DROP,     2026-11-30T12:00:00Z, 2027-01-15T07:59:59.999Z",
    "INTERNAL, 2026-11-30T12:00:00Z, 2026-12-30T23:59:59.999Z",
    // The clocks go forward in between (8 March in California, 29 March in Europe).
    "GDPR,     2026-03-10T01:30:00Z, 2026-04-10T21:59:59.999Z",
    "UK,       2026-03-10T01:30:00Z, 2026-04-10T22:59:59.999Z",
    "CCPA,     2026-03-01T12:00:00Z, 2026-04-16T06:59:59.999Z",
    "DROP,     2026-03-01T12:00:00Z, 2026-04-16T06:59:59.999Z",
    "INTERNAL, 2026-03-10T01:30:00Z, 2026-04-09T23:59:59.999Z",
    // The clocks go back on the last day itself (25 October in Europe, 1 November in California).
    "GDPR,     2026-09-25T12:00:00Z, 2026-10-25T22:59:59.999Z",
    "UK,       2026-09-25T12:00:00Z, 2026-10-25T23:59:59.999Z",
    "CCPA,     2026-09-17T12:00:00Z, 2026-11-02T07:59:59.999Z",
    "DROP,     2026-09-17T12:00:00Z, 2026-11-02T07:59:59.999Z",
    "INTERNAL, 2026-09-25T12:00:00Z, 2026-10-25T23:59:59.999Z",
    // The end of a year.
    "GDPR,     2026-12-31T12:00:00Z, 2027-01-31T22:59:59.999Z",
    "UK,       2026-12-31T12:00:00Z, 2027-01-31T23:59:59.999Z",
    "CCPA,     2026-12-31T12:00:00Z, 2027-02-15T07:59:59.999Z",
    "DROP,     2026-12-31T12:00:00Z, 2027-02-15T07:59:59.999Z",
    "INTERNAL, 2026-12-31T12:00:00Z, 2027-01-30T23:59:59.999Z",
    // The far future.
    "GDPR,     9999-12-31T12:00:00Z, +10000-01-31T22:59:59.999Z",
    "UK,       9999-12-31T12:00:00Z, +10000-01-31T23:59:59.999Z",
    "CCPA,     9999-12-31T12:00:00Z, +10000-02-15T07:59:59.999Z",
    "DROP,     9999-12-31T12:00:00Z, +10000-02-15T07:59:59.999Z",
    "INTERNAL, 9999-12-31T12:00:00Z, +10000-01-30T23:59:59.999Z",
    // The day of receipt is the zone's: late in the evening in London, the next day in Brussels.
    "GDPR,     2026-01-30T23:30:00Z, 2026-02-28T22:59:59.999Z",
    "GDPR,     2026-01-31T23:30:00Z, 2026-03-01T22:59:59.999Z",
    "UK,       2026-01-31T23:30:00Z, 2026-02-28T23:59:59.999Z",
    "CCPA,     2026-02-01T07:30:00Z, 2026-03-18T06:59:59.999Z",
    "CCPA,     2026-02-01T08:30:00Z, 2026-03-19T06:59:59.999Z"
  })
  @FaultCase(
      fault = CatalogueFault.F16,
      level = FaultLevel.UNIT,
      does =
          "Receives requests on the calendar's odd days: 31 January, leap days, changes to and from summer time, zones.",
      load = "a table by regime",
      oracle = "The deadline is that of the table.",
      limit = "exact")
  void shouldEndWithTheRegimesLastDay(Regime regime, Instant receivedAt, Instant dueAt) {
    assertThat(policy.dueAt(regime, receivedAt)).isEqualTo(dueAt);
  }

  @ParameterizedTest(name = "{0} from {1}")
  @CsvSource({
    "GDPR, 2026-01-31T12:00:00Z, 2026-04-28T21:59:59.999Z",
    "GDPR, 2028-01-31T12:00:00Z, 2028-04-29T21:59:59.999Z",
    "GDPR, 2028-02-29T12:00:00Z, 2028-05-29T21:59:59.999Z",
    "GDPR, 2026-11-30T12:00:00Z, 2027-02-28T22:59:59.999Z",
    "UK,   2026-01-31T12:00:00Z, 2026-04-28T22:59:59.999Z",
    "UK,   2026-12-31T12:00:00Z, 2027-03-31T22:59:59.999Z",
    "CCPA, 2026-01-31T12:00:00Z, 2026-05-02T06:59:59.999Z",
    "CCPA, 2026-11-30T12:00:00Z, 2027-03-01T07:59:59.999Z"
  })
  void shouldExtendByWhatTheRegimeAllows(Regime regime, Instant receivedAt, Instant dueAt) {
    assertThat(policy.rule(regime).extendedDueAt(receivedAt)).isEqualTo(dueAt);
  }

  @Test
  void shouldNotExtendUnderDropOrTheHouseRule() {
    assertThat(policy.rule(Regime.DROP).isExtendable()).isFalse();
    assertThat(policy.rule(Regime.INTERNAL).isExtendable()).isFalse();
    assertThat(policy.rule(Regime.GDPR).isExtendable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // A Thursday stays; Saturday and Sunday move to Monday; Christmas of 2026, a Friday, to Monday.
    "2026-02-12T12:00:00Z, 2026-03-12T22:59:59.999Z",
    "2026-01-31T12:00:00Z, 2026-03-02T22:59:59.999Z",
    "2026-02-01T12:00:00Z, 2026-03-02T22:59:59.999Z",
    "2026-11-25T12:00:00Z, 2026-12-28T22:59:59.999Z"
  })
  void shouldMoveToTheNextWorkingDayWhereTheHouseWantsIt(Instant receivedAt, Instant dueAt) {
    DeadlinePolicy moving =
        policy.with(
            Regime.GDPR,
            rule("P1M", "P2M", "Europe/Brussels", true, Set.of(LocalDate.of(2026, 12, 25))));
    assertThat(moving.dueAt(Regime.GDPR, receivedAt)).isEqualTo(dueAt);
  }

  @Test
  void shouldFollowTheConfiguredHouseRule() {
    DeadlinePolicy own =
        policy.with(Regime.INTERNAL, rule("P7D", "P7D", "Asia/Tokyo", false, Set.of()));
    Instant receivedAt = Instant.parse("2026-01-01T15:00:00Z");
    assertThat(own.dueAt(Regime.INTERNAL, receivedAt))
        .isEqualTo(Instant.parse("2026-01-09T14:59:59.999Z"));
    assertThat(own.rule(Regime.INTERNAL).extendedDueAt(receivedAt))
        .isEqualTo(Instant.parse("2026-01-16T14:59:59.999Z"));
    assertThat(own.dueAt(Regime.UK, receivedAt)).isEqualTo(policy.dueAt(Regime.UK, receivedAt));
  }

  @Test
  void shouldRefuseAnUnknownRegime() {
    assertThatThrownBy(() -> policy.dueAt(Regime.UNKNOWN, Instant.EPOCH))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.UNKNOWN_REGIME);
              assertThat(refused.field()).isEqualTo("regime");
            });
  }

  @Test
  void shouldRefuseARuleThatLeavesMoreThanTheLaw() {
    assertThatThrownBy(() -> with(Regime.CCPA, "P46D", "P0D"))
        .hasMessage(
            "lethe.deadlines.ccpa.period is P46D, which may leave more than the law does; set it"
                + " to P45D or less.");
    // Thirty days from 1 February are more than a month.
    assertThatThrownBy(() -> with(Regime.GDPR, "P30D", "P0D"))
        .hasMessageStartingWith("lethe.deadlines.gdpr.period is P30D");
    assertThat(with(Regime.GDPR, "P28D", "P0D").rule(Regime.GDPR).period())
        .isEqualTo(Period.ofDays(28));
    assertThatThrownBy(() -> with(Regime.DROP, "P45D", "P1D"))
        .hasMessageStartingWith("lethe.deadlines.drop.extension is P1D");
  }

  @Test
  void shouldRefuseARuleOfNoTime() {
    assertThatThrownBy(() -> with(Regime.INTERNAL, "P0D", "P0D"))
        .hasMessage("lethe.deadlines.internal.period is P0D; set it to P1D or more.");
    assertThatThrownBy(() -> with(Regime.INTERNAL, "P1D", "P-1D"))
        .hasMessage("lethe.deadlines.internal.extension is P-1D; set it to P0D or more.");
  }

  private DeadlinePolicy with(Regime regime, String period, String extension) {
    return policy.with(regime, rule(period, extension, "UTC", false, Set.of()));
  }

  private static DeadlineRule rule(
      String period, String extension, String zone, boolean moves, Set<LocalDate> holidays) {
    return new DeadlineRule(
        Period.parse(period), Period.parse(extension), ZoneId.of(zone), moves, holidays);
  }
}
