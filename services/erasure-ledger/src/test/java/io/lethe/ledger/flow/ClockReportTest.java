package io.lethe.ledger.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Events;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClockReportTest {
  private static final Duration TARGET = Duration.ofSeconds(60);

  @Test
  void shouldTellExactPercentilesOverWhatMetTheClock() {
    List<DeletionProgressed> requests =
        IntStream.rangeClosed(1, 100)
            .mapToObj(second -> request(RequestStage.COMPLETED, Events.after(second)))
            .toList();
    ClockReport report = report(TARGET, requests, Events.after(1000));
    assertThat(report)
        .isEqualTo(
            new ClockReport(
                "unlearned", 60_000L, 100, 60, 0, 0, 50_000L, 95_000L, 99_000L, 100_000L, null));
  }

  @Test
  void shouldCountWhatStillRunsAndWhatOfItIsLate() {
    ClockReport report =
        report(
            TARGET,
            List.of(request(RequestStage.RECEIVED, null), request(RequestStage.WITHDRAWN, null)),
            Events.after(61));
    assertThat(report)
        .isEqualTo(
            new ClockReport("unlearned", 60_000L, 0, 0, 1, 1, null, null, null, null, 61_000L));
  }

  @Test
  void shouldMeasureByTheLegalDeadlineWhereNothingElseIsPromised() {
    DeletionProgressed request = request(RequestStage.COMPLETED, Events.after(86_401));
    assertThat(report(null, List.of(request), Events.after(90_000)).inTime()).isZero();
    assertThat(
            report(
                    null,
                    List.of(request(RequestStage.COMPLETED, Events.after(86_400))),
                    Events.after(90_000))
                .inTime())
        .isEqualTo(1);
  }

  private static ClockReport report(
      Duration target, List<DeletionProgressed> requests, Instant now) {
    return ClockReport.of("unlearned", target, requests, DeletionProgressed::getUnlearnedAt, now);
  }

  private static DeletionProgressed request(RequestStage stage, Instant unlearnedAt) {
    return DeletionProgressed.newBuilder()
        .setRequestId(Events.REQUEST)
        .setSubjectRef(Events.SUBJECT)
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(Events.START)
        .setAcceptedAt(Events.START)
        .setDueAt(Events.START.plus(Duration.ofDays(1)))
        .setUnlearnedAt(unlearnedAt)
        .setUpdatedAt(Events.START)
        .build();
  }
}
