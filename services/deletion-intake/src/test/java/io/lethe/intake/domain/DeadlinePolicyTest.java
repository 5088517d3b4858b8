package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.Regime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlinePolicyTest {
  private final DeadlinePolicy policy = new DeadlinePolicy(30);

  @ParameterizedTest
  @CsvSource({
    "GDPR, 2026-01-31T12:00:00Z, 2026-02-28T12:00:00Z",
    "GDPR, 2028-01-31T12:00:00Z, 2028-02-29T12:00:00Z",
    "GDPR, 2026-03-15T23:59:59.999Z, 2026-04-15T23:59:59.999Z",
    "GDPR, 2026-12-31T00:00:00Z, 2027-01-31T00:00:00Z",
    "UK, 2026-08-31T06:00:00Z, 2026-09-30T06:00:00Z",
    "CCPA, 2026-01-31T12:00:00Z, 2026-03-17T12:00:00Z",
    "DROP, 2026-08-01T00:00:00Z, 2026-09-15T00:00:00Z",
    "INTERNAL, 2026-01-31T12:00:00Z, 2026-03-02T12:00:00Z"
  })
  void shouldCountTheDeadlineAsTheRegimeDoes(Regime regime, Instant receivedAt, Instant dueAt) {
    assertThat(policy.dueAt(regime, receivedAt)).isEqualTo(dueAt);
  }

  @Test
  void shouldKeepTheTimeOfDayAcrossEuropeanClockChanges() {
    assertThat(policy.dueAt(Regime.GDPR, Instant.parse("2026-03-10T01:30:00Z")))
        .isEqualTo(Instant.parse("2026-04-10T01:30:00Z"));
  }

  @Test
  void shouldFollowTheConfiguredHouseRule() {
    assertThat(new DeadlinePolicy(7).dueAt(Regime.INTERNAL, Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo(Instant.parse("2026-01-08T00:00:00Z"));
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
  void shouldRefuseAHouseRuleOfNoDays() {
    assertThatThrownBy(() -> new DeadlinePolicy(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lethe.internal-deadline-days is 0; set it to 1 or more.");
  }
}
