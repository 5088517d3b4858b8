package io.lethe.ledger;

import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Every metric of the ledger, named once. No tag holds an id. */
@Singleton
public class LedgerMetrics implements LedgerObserver {
  private static final String REQUESTS = "erasure.requests";
  private static final String TIME_TO_SUPPRESSED = "erasure.time.to.suppressed";
  private static final String TIME_TO_UNLEARNED = "erasure.time.to.unlearned";
  private static final String TIME_TO_EXACT = "erasure.time.to.exact";
  private static final String DEADLINE_REMAINING = "erasure.deadline.remaining.min";
  private static final String IGNORED = "erasure.events.ignored";
  private static final String UNUSABLE = "erasure.records.unusable";

  private final MeterRegistry registry;

  LedgerMetrics(MeterRegistry registry, LedgerView view, Clock clock) {
    this.registry = registry;
    for (RequestStage stage : RequestStage.values()) {
      if (stage != RequestStage.UNKNOWN) {
        Gauge.builder(REQUESTS, view, shown -> shown.count(stage))
            .description("Requests by stage")
            .tag("stage", stage.name())
            .register(registry);
      }
    }
    remaining("unlearned", view, LedgerView::earliestUnlearnedDue, clock);
    remaining("exact", view, LedgerView::earliestExactDue, clock);
  }

  private void remaining(
      String met, LedgerView view, Function<LedgerView, Optional<Instant>> earliest, Clock clock) {
    Gauge.builder(
            DEADLINE_REMAINING,
            view,
            shown ->
                earliest
                    .apply(shown)
                    .map(dueAt -> Duration.between(clock.instant(), dueAt).toMillis() / 1000.0)
                    .orElse(Double.NaN))
        .description(
            "Time left to the first legal deadline that is not met, negative once it has passed;"
                + " NaN when all are met")
        .baseUnit("seconds")
        .tag("clock", met)
        .register(registry);
  }

  @Override
  public void recorded(Step step) {
    DeletionProgressed request = step.after();
    if (step.event() == RequestEvent.SUPPRESSION_ACKNOWLEDGED) {
      time(TIME_TO_SUPPRESSED, request.getAcceptedAt(), request.getSuppressedAt());
    } else if (step.event() == RequestEvent.UNLEARNING_ACKNOWLEDGED) {
      time(TIME_TO_UNLEARNED, request.getAcceptedAt(), request.getUnlearnedAt());
    } else if (step.event() == RequestEvent.EXACT_ACKNOWLEDGED) {
      time(TIME_TO_EXACT, request.getAcceptedAt(), request.getExactAt());
    }
  }

  @Override
  public void ignored() {
    registry.counter(IGNORED).increment();
  }

  /** A record of a followed topic could not be used. */
  public void countUnusable(String topic) {
    registry.counter(UNUSABLE, "topic", topic).increment();
  }

  private void time(String name, Instant from, Instant until) {
    registry.timer(name).record(Duration.between(from, until));
  }
}
