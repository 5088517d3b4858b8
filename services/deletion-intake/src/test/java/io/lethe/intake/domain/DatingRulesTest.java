package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.Regime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DatingRulesTest {
  private static final Instant NOW = Instant.parse("2026-05-10T10:00:00Z");
  private final DatingRules rules = new DatingRules(new DeadlinePolicy(30), Duration.ofSeconds(60));

  @Test
  void shouldStartTheLegalClockAtTheArrivalWhenTheAskerDoesNotSayOtherwise() {
    assertThat(rules.date(submission(null, null), NOW, NOW))
        .isEqualTo(new Dates(NOW, NOW, Instant.parse("2026-06-10T10:00:00Z")));
  }

  @Test
  void shouldStartTheLegalClockWhenThePersonAsked() {
    assertThat(rules.date(submission("2026-05-01T08:00:00Z", null), NOW, NOW))
        .isEqualTo(
            new Dates(
                Instant.parse("2026-05-01T08:00:00Z"), NOW, Instant.parse("2026-06-01T08:00:00Z")));
  }

  @Test
  void shouldTakeAnEarlierDeadlineThanTheLaw() {
    assertThat(rules.date(submission(null, "2026-05-12T00:00:00Z"), NOW, NOW).dueAt())
        .isEqualTo(Instant.parse("2026-05-12T00:00:00Z"));
  }

  @Test
  void shouldTakeTheLawsOwnDeadline() {
    assertThat(rules.date(submission(null, "2026-06-10T10:00:00Z"), NOW, NOW).dueAt())
        .isEqualTo(Instant.parse("2026-06-10T10:00:00Z"));
  }

  @Test
  void shouldCountAnAskersClockThatRunsAheadALittleAsNow() {
    assertThat(rules.date(submission("2026-05-10T10:00:59Z", null), NOW, NOW).receivedAt())
        .isEqualTo(NOW);
  }

  @Test
  void shouldRefuseARequestFromTheFuture() {
    assertRefused(
        submission("2026-05-10T10:01:01Z", null), RefusalReason.FUTURE_DATE, "submittedAt");
  }

  @Test
  void shouldRefuseARequestWhoseLawfulDeadlineHasPassed() {
    assertRefused(submission("2026-04-10T10:00:00Z", null), RefusalReason.PAST_DATE, "submittedAt");
  }

  @Test
  void shouldRefuseADeadlineThatHasPassed() {
    assertRefused(submission(null, "2026-05-10T10:00:00Z"), RefusalReason.PAST_DATE, "dueAt");
  }

  @Test
  void shouldRefuseADeadlineLaterThanTheLaws() {
    assertRefused(
        submission(null, "2026-06-10T10:00:00.001Z"), RefusalReason.AFTER_LAWFUL_DEADLINE, "dueAt");
  }

  @Test
  void shouldAcceptARecordThatWaitedBeyondItsDeadlineBecauseIntakeWasDown() {
    Instant arrivedAt = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(rules.date(submission(null, null), arrivedAt, NOW))
        .isEqualTo(new Dates(arrivedAt, NOW, Instant.parse("2026-02-01T00:00:00Z")));
  }

  @Test
  void shouldNotTrustAnArrivalLaterThanNow() {
    assertThat(rules.date(submission(null, null), NOW.plusSeconds(5), NOW).receivedAt())
        .isEqualTo(NOW);
  }

  private void assertRefused(Submission submission, RefusalReason reason, String field) {
    assertThatThrownBy(() -> rules.date(submission, NOW, NOW))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.field()).isEqualTo(field);
            });
  }

  private static Submission submission(String submittedAt, String dueAt) {
    return new Submission(
        "3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21",
        "a".repeat(52),
        ErasureScope.all(),
        Regime.GDPR,
        submittedAt == null ? null : Instant.parse(submittedAt),
        dueAt == null ? null : Instant.parse(dueAt),
        "",
        null);
  }
}
