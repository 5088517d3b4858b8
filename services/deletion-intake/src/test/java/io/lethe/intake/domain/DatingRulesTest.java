package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.schemas.event.Regime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatingRulesTest {
  private static final Instant NOW = Instant.parse("2026-05-10T10:00:00Z");
  private static final Instant LAWFUL = Instant.parse("2026-06-10T21:59:59.999Z");
  private final DatingRules rules =
      new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60));

  @Test
  void shouldStartTheLegalClockAtTheArrivalWhenTheAskerDoesNotSayOtherwise() {
    assertThat(rules.date(submission(null, null), NOW, NOW)).isEqualTo(new Dates(NOW, NOW, LAWFUL));
  }

  @Test
  void shouldStartTheLegalClockWhenThePersonAsked() {
    assertThat(rules.date(submission("2026-05-01T08:00:00Z", null), NOW, NOW))
        .isEqualTo(
            new Dates(
                Instant.parse("2026-05-01T08:00:00Z"),
                NOW,
                Instant.parse("2026-06-01T21:59:59.999Z")));
  }

  @Test
  void shouldTakeAnEarlierDeadlineThanTheLaw() {
    assertThat(rules.date(submission(null, "2026-05-12T00:00:00Z"), NOW, NOW).dueAt())
        .isEqualTo(Instant.parse("2026-05-12T00:00:00Z"));
  }

  @Test
  void shouldTakeTheLawsOwnDeadline() {
    assertThat(rules.date(submission(null, LAWFUL.toString()), NOW, NOW).dueAt()).isEqualTo(LAWFUL);
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
    assertRefused(submission("2026-04-09T21:59:59Z", null), RefusalReason.PAST_DATE, "submittedAt");
  }

  @Test
  void shouldRefuseADeadlineThatHasPassed() {
    assertRefused(submission(null, "2026-05-10T10:00:00Z"), RefusalReason.PAST_DATE, "dueAt");
  }

  @Test
  void shouldRefuseADeadlineLaterThanTheLaws() {
    assertRefused(
        submission(null, LAWFUL.plusMillis(1).toString()),
        RefusalReason.AFTER_LAWFUL_DEADLINE,
        "dueAt");
  }

  @Test
  void shouldAcceptARecordThatWaitedBeyondItsDeadlineBecauseIntakeWasDown() {
    Instant arrivedAt = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(rules.date(submission(null, null), arrivedAt, NOW))
        .isEqualTo(new Dates(arrivedAt, NOW, Instant.parse("2026-02-01T22:59:59.999Z")));
  }

  @Test
  void shouldNotTrustAnArrivalLaterThanNow() {
    assertThat(rules.date(submission(null, null), NOW.plusSeconds(5), NOW).receivedAt())
        .isEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource({
    // A record that a producer's slow clock stamped is dated by that: earlier, never later.
    "-P1D,   2026-05-09T10:00:00Z, 2026-06-09T21:59:59.999Z",
    "-PT1H,  2026-05-10T09:00:00Z, 2026-06-10T21:59:59.999Z",
    "PT1H,   2026-05-10T10:00:00Z, 2026-06-10T21:59:59.999Z",
    "P1D,    2026-05-10T10:00:00Z, 2026-06-10T21:59:59.999Z"
  })
  @FaultCase(
      fault = CatalogueFault.F16,
      level = FaultLevel.UNIT,
      does = "Dates requests of producers whose clocks run ahead, by minutes to years.",
      load = "a table of skews",
      oracle = "No request is dated later than it arrived.",
      limit = "exact")
  void shouldNeverDateByAProducersClockThatRunsAhead(
      Duration skew, Instant receivedAt, Instant dueAt) {
    assertThat(rules.date(submission(null, null), NOW.plus(skew), NOW))
        .isEqualTo(new Dates(receivedAt, NOW, dueAt));
  }

  @ParameterizedTest
  @CsvSource({
    "-P1D,  2026-05-09T10:00:00Z, 2026-06-09T21:59:59.999Z",
    "-PT1H, 2026-05-10T09:00:00Z, 2026-06-10T21:59:59.999Z"
  })
  void shouldDateByAnEarlierAskingWhateverTheProducersClock(
      Duration skew, Instant receivedAt, Instant dueAt) {
    assertThat(rules.date(submission(NOW.plus(skew).toString(), null), NOW, NOW))
        .isEqualTo(new Dates(receivedAt, NOW, dueAt));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "P1D"})
  void shouldRefuseAnAskingThatAProducersClockPutsAhead(Duration skew) {
    assertRefused(
        submission(NOW.plus(skew).toString(), null), RefusalReason.FUTURE_DATE, "submittedAt");
  }

  @Test
  void shouldExtendToTheLatestThatTheRegimeAllows() {
    assertThat(extend(Regime.GDPR, NOW, null, NOW.plusSeconds(9)))
        .isEqualTo(Instant.parse("2026-08-10T21:59:59.999Z"));
    assertThat(extend(Regime.UK, NOW, null, NOW.plusSeconds(9)))
        .isEqualTo(Instant.parse("2026-08-10T22:59:59.999Z"));
    assertThat(extend(Regime.CCPA, NOW, null, NOW.plusSeconds(9)))
        .isEqualTo(Instant.parse("2026-08-09T06:59:59.999Z"));
  }

  @Test
  void shouldExtendByLessWhereLessIsAsked() {
    Instant asked = LAWFUL.plusSeconds(60);
    assertThat(extend(Regime.GDPR, NOW, asked, NOW)).isEqualTo(asked);
  }

  @Test
  void shouldExtendUntilTheVeryEndOfTheFirstDeadline() {
    assertThat(extend(Regime.GDPR, NOW, null, LAWFUL))
        .isEqualTo(Instant.parse("2026-08-10T21:59:59.999Z"));
    assertExtensionRefused(
        Regime.GDPR, NOW, null, LAWFUL.plusMillis(1), RefusalReason.TOO_LATE, "requestId");
  }

  @Test
  void shouldRefuseAnExtensionThatTheRegimeDoesNotKnow() {
    assertExtensionRefused(Regime.DROP, NOW, null, NOW, RefusalReason.NOT_EXTENDABLE, "regime");
    assertExtensionRefused(Regime.INTERNAL, NOW, null, NOW, RefusalReason.NOT_EXTENDABLE, "regime");
  }

  @Test
  void shouldRefuseAnExtensionOfWhichThePersonIsYetToBeTold() {
    assertExtensionRefused(
        Regime.GDPR, NOW.plusSeconds(61), null, NOW, RefusalReason.FUTURE_DATE, "notifiedAt");
    assertExtensionRefused(
        Regime.GDPR, NOW.minusMillis(1), null, NOW, RefusalReason.INVALID_PROPERTY, "notifiedAt");
  }

  @Test
  void shouldRefuseAnExtensionBeyondTheLawOrOfNoTime() {
    assertExtensionRefused(
        Regime.GDPR,
        NOW,
        Instant.parse("2026-08-10T22:00:00Z"),
        NOW,
        RefusalReason.AFTER_LAWFUL_DEADLINE,
        "dueAt");
    assertExtensionRefused(Regime.GDPR, NOW, LAWFUL, NOW, RefusalReason.INVALID_PROPERTY, "dueAt");
  }

  private Instant extend(Regime regime, Instant notifiedAt, Instant dueAt, Instant now) {
    return rules.extend(
        regime,
        NOW,
        LAWFUL,
        new ExtensionRequest(ExtensionReason.COMPLEXITY, notifiedAt, dueAt),
        now);
  }

  private void assertExtensionRefused(
      Regime regime,
      Instant notifiedAt,
      Instant dueAt,
      Instant now,
      RefusalReason reason,
      String field) {
    assertThatThrownBy(() -> extend(regime, notifiedAt, dueAt, now))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.field()).isEqualTo(field);
            });
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
