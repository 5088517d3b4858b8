package io.lethe.worker;

import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.worker.claim.ForgetSetWork;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.Replay;
import io.lethe.worker.domain.ReplayLifecycle;
import io.lethe.worker.replay.ReplayFlow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Counts and times the worker's jobs. All its metric names are here. */
final class WorkerMetrics implements ForgetSetWork.Metrics {
  private static final String JOB_DURATION = "unlearning.job.duration";
  private static final String REPLAY_DURATION = "unlearning.exact.duration";
  private static final String EXACT_CLOSED = "unlearning.exact.closed";
  private static final String GATES = "unlearning.gate";
  private static final String DEAD_LETTERS = "dlq.records";
  private static final String UNWRITABLE = "dlq.write.failures";
  private static final String BLOCKED = "dlq.blocked.partitions";
  private static final String REMOVED_ADAPTERS = "adapters.removed";
  private static final String FOLLOWED_POISON = "followed.records.poison";

  private final MeterRegistry registry;

  WorkerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(Job job) {
    Job.Snapshot end = job.snapshot();
    Timer.builder(JOB_DURATION)
        .tag("outcome", end.phase().name().toLowerCase(Locale.ROOT))
        .register(registry)
        .record(Duration.ofMillis(Math.round(end.seconds() * 1000)));
    if (end.phase() == JobLifecycle.Phase.PUBLISHED) {
      count(end.gates());
    }
  }

  /** An attempt at an exact tuning ended, in the phase that it is in. */
  void ended(Replay.Snapshot end) {
    Timer.builder(REPLAY_DURATION)
        .tag("outcome", end.phase().name().toLowerCase(Locale.ROOT))
        .register(registry)
        .record(Duration.ofMillis(Math.round(end.seconds() * 1000)));
    if (end.phase() == ReplayLifecycle.Phase.PUBLISHED) {
      count(end.gates());
    }
  }

  @Override
  public void deadLettered(String topic) {
    Counter.builder(DEAD_LETTERS).tag("topic", topic).register(registry).increment();
  }

  @Override
  public void unwritable(String topic) {
    Counter.builder(UNWRITABLE).tag("topic", topic).register(registry).increment();
  }

  /** Shows how many partitions wait because a dead letter of theirs could not be written. */
  void show(BlockedPartitions blocked) {
    registry.gauge(BLOCKED, blocked, BlockedPartitions::size);
  }

  /** Shows whether the released version cannot be made exact. */
  void show(ReplayFlow replays) {
    Gauge.builder(EXACT_CLOSED, replays, flow -> flow.isClosed() ? 1 : 0)
        .description(
            "1 while the released version stays an approximation: it cannot be tuned exactly, or"
                + " that failed too often")
        .register(registry);
  }

  /** Adapters that no version may serve were removed from the store. */
  void removedAdapters(int count) {
    Counter.builder(REMOVED_ADAPTERS).register(registry).increment(count);
  }

  private void count(List<GateResult> gates) {
    for (GateResult gate : gates) {
      Counter.builder(GATES)
          .tag("gate", gate.getGate())
          .tag("result", gate.getPassed() ? "passed" : "failed")
          .register(registry)
          .increment();
    }
  }

  void followedPoison(String topic) {
    Counter.builder(FOLLOWED_POISON).tag("topic", topic).register(registry).increment();
  }
}
