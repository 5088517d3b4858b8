package io.lethe.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.follow.ViewAccess;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerMetricsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LedgerView view = new LedgerView();
  private final ManualClock clock = new ManualClock();

  LedgerMetricsTest() {
    new LedgerMetrics(meters, view, clock);
  }

  @Test
  void shouldTellTheTimeLeftToTheFirstDeadlineOfEitherClock() {
    assertThat(remaining("unlearned")).isNaN();
    ViewAccess.put(view, request("r1", RequestStage.RECEIVED, 30).build());
    ViewAccess.put(view, request("r2", RequestStage.SUPPRESSED, 10).build());
    ViewAccess.put(view, request("r3", RequestStage.WITHDRAWN, 1).build());
    ViewAccess.put(
        view, request("r4", RequestStage.COMPLETED, 5).setUnlearnedAt(Events.after(60)).build());
    assertThat(remaining("unlearned")).isEqualTo(10 * 86_400);
    assertThat(remaining("exact")).isEqualTo(5 * 86_400);

    clock.advance(Duration.ofDays(11));
    assertThat(remaining("unlearned")).isEqualTo(-86_400);

    ViewAccess.put(view, request("r2", RequestStage.SUPPRESSED, 70).build());
    assertThat(remaining("unlearned")).isEqualTo(19 * 86_400);
    ViewAccess.put(
        view,
        request("r4", RequestStage.COMPLETED, 5)
            .setUnlearnedAt(Events.after(60))
            .setExactAt(Events.after(90))
            .build());
    assertThat(remaining("exact")).isEqualTo(19 * 86_400);
  }

  @Test
  void shouldTellHowLongTheEldestRequestRunsAndWhatIsOverdue() {
    assertThat(running("suppressed")).isNaN();
    ViewAccess.put(view, request("r1", RequestStage.RECEIVED, 30).build());
    ViewAccess.put(view, request("r2", RequestStage.WITHDRAWN, 30).build());
    clock.advance(Duration.ofSeconds(90));
    assertThat(running("suppressed")).isEqualTo(90);
    ViewAccess.put(
        view, request("r1", RequestStage.SUPPRESSED, 30).setSuppressedAt(Events.after(1)).build());
    assertThat(running("suppressed")).isNaN();
    assertThat(running("unlearned")).isEqualTo(90);
    assertThat(overdue()).isZero();
    clock.advance(Duration.ofDays(30));
    assertThat(overdue()).isEqualTo(1);
  }

  private double running(String met) {
    return meters.get("erasure.clock.running.max").tag("clock", met).gauge().value();
  }

  private double overdue() {
    return meters.get("erasure.requests.overdue").gauge().value();
  }

  private double remaining(String met) {
    return meters.get("erasure.deadline.remaining.min").tag("clock", met).gauge().value();
  }

  private static DeletionProgressed.Builder request(
      String requestId, RequestStage stage, int daysUntilDue) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef(Events.SUBJECT)
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(Events.START)
        .setAcceptedAt(Events.START)
        .setDueAt(Events.START.plus(Duration.ofDays(daysUntilDue)))
        .setUpdatedAt(Events.START);
  }
}
