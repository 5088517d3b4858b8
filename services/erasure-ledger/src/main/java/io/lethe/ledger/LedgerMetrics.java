package io.lethe.ledger;

import io.lethe.ledger.callback.CallbackLifecycle;
import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  private static final String OVERDUE = "erasure.requests.overdue";
  private static final String RUNNING = "erasure.clock.running.max";
  private static final String SERVERS = "ledger.servers";
  private static final String RECORDING_AGE = "ledger.recording.age";
  private static final String IGNORED = "erasure.events.ignored";
  private static final String DEAD_LETTERS = "dlq.records";
  private static final String DEAD_LETTERS_OLDEST = "dlq.oldest.age";
  private static final String DEAD_LETTERS_TIME_LEFT = "dlq.deadline.remaining.min";
  private static final String DEAD_LETTERS_UNTRACKED = "dlq.records.untracked";
  private static final String DEAD_LETTERS_BLOCKED = "dlq.blocked.partitions";
  private static final String CALLBACKS = "erasure.callbacks";
  private static final String CALLBACK_ATTEMPTS = "erasure.callback.attempts";
  private static final String LOG_ENTRIES = "ledger.log.entries";
  private static final String UNUSABLE = "erasure.records.unusable";

  private static final double MILLIS_PER_SECOND = 1000.0;

  /** So that a share within what is promised can be told, and percentiles estimated. */
  private static final Duration[] SUPPRESSED_WITHIN = {
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private static final Duration[] UNLEARNED_WITHIN = {
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(30),
    Duration.ofHours(6)
  };

  private static final Duration[] EXACT_WITHIN = {
    Duration.ofMinutes(5),
    Duration.ofHours(1),
    Duration.ofHours(6),
    Duration.ofDays(1),
    Duration.ofDays(7),
    Duration.ofDays(30),
    Duration.ofDays(90)
  };

  private final MeterRegistry registry;
  private final Timer suppressed;
  private final Timer unlearned;
  private final Timer exact;

  LedgerMetrics(MeterRegistry registry, LedgerView view, Clock clock) {
    this.registry = registry;
    this.suppressed = timer(TIME_TO_SUPPRESSED, SUPPRESSED_WITHIN);
    this.unlearned = timer(TIME_TO_UNLEARNED, UNLEARNED_WITHIN);
    this.exact = timer(TIME_TO_EXACT, EXACT_WITHIN);
    Gauge.builder(OVERDUE, view, shown -> shown.overdue(clock.instant()))
        .description("Requests past their legal deadline that are not forgotten exactly")
        .register(registry);
    running("suppressed", view, LedgerView::unsuppressedSince, clock);
    running("unlearned", view, LedgerView::rememberedSince, clock);
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

  private void running(
      String clockName,
      LedgerView view,
      Function<LedgerView, Optional<Instant>> since,
      Clock clock) {
    Gauge.builder(RUNNING, view, shown -> age(since.apply(shown), clock))
        .description(
            "How long the eldest request has run that has not met the clock; NaN while none runs")
        .baseUnit("seconds")
        .tag("clock", clockName)
        .register(registry);
  }

  private Timer timer(String name, Duration... within) {
    return Timer.builder(name)
        .description("Time from acceptance until the clock was met")
        .serviceLevelObjectives(within)
        .register(registry);
  }

  /** Shows the servers, and whether the ledger records what is due. */
  public void show(ServerTable servers, Ledger ledger, Clock clock) {
    Gauge.builder(SERVERS, servers, table -> table.liveCount(clock.instant()))
        .description("Recommendation servers remembered: live ones, and those gone without a word")
        .tag("state", "live")
        .register(registry);
    Gauge.builder(SERVERS, servers, table -> table.cutOffCount(clock.instant()))
        .tag("state", "gone")
        .register(registry);
    Gauge.builder(RECORDING_AGE, ledger, recorder -> age(recorder.upToDateAt(), clock))
        .description(
            "Since when steps that are due may be missing from the log and its checkpoint; NaN"
                + " before the topics were read")
        .baseUnit("seconds")
        .register(registry);
  }

  /** Shows what the table of dead letters knows. */
  public void show(DeadLetterTable letters, BlockedPartitions blocked) {
    for (String topic : letters.overview().byTopic().keySet()) {
      Gauge.builder(DEAD_LETTERS, letters, table -> table.overview().byTopic().get(topic))
          .description("Dead letters that nothing has been done about, by dead-letter topic")
          .tag("topic", topic)
          .register(registry);
    }
    Gauge.builder(DEAD_LETTERS_OLDEST, letters, table -> seconds(table.overview().oldestAge()))
        .description("Age of the dead letter that waits longest; NaN while none does")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(DEAD_LETTERS_TIME_LEFT, letters, table -> seconds(table.overview().timeLeftMin()))
        .description("Least time left before a dead letter's legal deadline; NaN while none runs")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(DEAD_LETTERS_UNTRACKED, letters, table -> table.overview().untracked())
        .description("Dead letters beyond lethe.dead-letters.records-max")
        .register(registry);
    Gauge.builder(DEAD_LETTERS_BLOCKED, blocked, BlockedPartitions::size)
        .description("Partitions that wait because a dead letter of theirs could not be written")
        .register(registry);
  }

  /** Shows the log and what producers were not told yet. */
  public void show(TransitionLog log, CallbackOffice callbacks) {
    Gauge.builder(LOG_ENTRIES, log, TransitionLog::size)
        .description("Entries of the Merkle log")
        .register(registry);
    for (CallbackLifecycle.State state :
        List.of(CallbackLifecycle.State.PENDING, CallbackLifecycle.State.DEAD)) {
      Gauge.builder(CALLBACKS, callbacks, office -> office.count(state))
          .description("Callbacks to producers that wait, or that nobody tries any more")
          .tag("state", state.name())
          .register(registry);
    }
  }

  /** A callback was tried. */
  public void calledBack(boolean taken) {
    registry.counter(CALLBACK_ATTEMPTS, "result", taken ? "taken" : "failed").increment();
  }

  private static double age(Optional<Instant> since, Clock clock) {
    return seconds(since.map(instant -> Duration.between(instant, clock.instant())));
  }

  private static double seconds(Optional<Duration> duration) {
    return duration.map(length -> length.toMillis() / MILLIS_PER_SECOND).orElse(Double.NaN);
  }

  @Override
  public void recorded(Step step) {
    DeletionProgressed request = step.after();
    if (step.event() == RequestEvent.SUPPRESSION_ACKNOWLEDGED) {
      time(suppressed, request.getAcceptedAt(), request.getSuppressedAt());
    } else if (step.event() == RequestEvent.UNLEARNING_ACKNOWLEDGED) {
      time(unlearned, request.getAcceptedAt(), request.getUnlearnedAt());
    } else if (step.event() == RequestEvent.EXACT_ACKNOWLEDGED) {
      time(exact, request.getAcceptedAt(), request.getExactAt());
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

  private static void time(Timer timer, Instant from, Instant until) {
    timer.record(Duration.between(from, until));
  }
}
