package io.lethe.serving;

import io.lethe.serving.domain.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Runs what is due when the test moves its clock, on the test's thread, in order of time. */
public final class ManualAlarm implements Alarm {
  private record Due(Instant at, Runnable task) {}

  private final ManualClock clock;
  private final List<Due> pending = new ArrayList<>();

  public ManualAlarm(ManualClock clock) {
    this.clock = clock;
  }

  @Override
  public void in(Duration delay, Runnable task) {
    pending.add(new Due(clock.instant().plus(delay), task));
  }

  /** Moves the clock step by step to each due task and on to the end. */
  public void advance(Duration by) {
    Instant end = clock.instant().plus(by);
    while (true) {
      Due next =
          pending.stream()
              .filter(due -> !due.at().isAfter(end))
              .min(Comparator.comparing(Due::at))
              .orElse(null);
      if (next == null) {
        break;
      }
      pending.remove(next);
      if (next.at().isAfter(clock.instant())) {
        clock.advance(Duration.between(clock.instant(), next.at()));
      }
      next.task().run();
    }
    clock.advance(Duration.between(clock.instant(), end));
  }

  /** Runs what is due now. */
  public void runDue() {
    advance(Duration.ZERO);
  }

  public int pending() {
    return pending.size();
  }
}
