package io.lethe.accumulator.status;

import io.lethe.accumulator.domain.OwedWork;
import io.lethe.accumulator.topology.Observer;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.seal.SampleSeals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.ToDoubleFunction;

/** Every metric of the accumulator, named once. No tag holds an id. */
public final class AccumulatorMetrics implements Observer {
  static final String CLOSED = "lethe.forget.sets.closed";
  static final String SAMPLES = "lethe.forget.set.samples";
  static final String OWED_SETS = "unlearning.owed.sets";
  static final String OWED = "unlearning.owed";
  static final String TIME_LEFT = "unlearning.time.left";
  static final String OWED_RATIO = "unlearning.owed.ratio";

  private static final String SECONDS = "seconds";

  private final MeterRegistry meters;
  private volatile OwedWork owed = OwedWork.NONE;

  /**
   * @param clock what the time left to a deadline is told by
   */
  public AccumulatorMetrics(MeterRegistry meters, Clock clock) {
    this.meters = meters;
    gauge(OWED_SETS, "Forget sets without an accepted candidate", null, OwedWork::sets);
    gauge(OWED, "Expected time for unlearning what is owed", SECONDS, OwedWork::seconds);
    gauge(
        TIME_LEFT,
        "Time left to the first legal deadline of what is owed; NaN when nothing is",
        SECONDS,
        work -> work.secondsLeft(clock.instant()));
    gauge(
        OWED_RATIO,
        "Owed time over the time left: accelerators that must work without a break",
        null,
        work -> work.ratio(clock.instant()));
  }

  @Override
  public void forgetSetClosed(ForgetSetClosed closed) {
    meters.counter(CLOSED, "trigger", closed.getTrigger().name()).increment();
    meters.summary(SAMPLES).record(SampleSeals.count(closed));
  }

  @Override
  public void owed(OwedWork work) {
    owed = work;
  }

  private void gauge(
      String name, String description, String unit, ToDoubleFunction<OwedWork> value) {
    Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.owed))
        .description(description)
        .baseUnit(unit)
        .register(meters);
  }
}
