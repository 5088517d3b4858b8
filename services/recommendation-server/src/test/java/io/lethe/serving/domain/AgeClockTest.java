package io.lethe.serving.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.serving.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgeClockTest {
  private final ManualClock wall = new ManualClock();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final AgeClock ages = new AgeClock(wall, nanos::get);
  private final Instant start = ages.instant();

  @Test
  void shouldBeginAtTheWallClocksTimeAndGoOnWithIt() {
    assertThat(start).isEqualTo(wall.instant());
    pass(Duration.ofSeconds(3));
    assertThat(ages.instant()).isEqualTo(start.plusSeconds(3));
    pass(Duration.ofSeconds(4));
    assertThat(ages.instant()).isEqualTo(start.plusSeconds(7));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F16,
      level = FaultLevel.UNIT,
      does = "Sets a server's clock back while it is cut off.",
      load = "1 server",
      oracle = "The last word from the broker grows no younger, so that the server stays silent.",
      limit = "exact")
  void shouldGrowOlderWhileTheWallClockIsSetBack() {
    pass(Duration.ofSeconds(30));
    wall.advance(Duration.ofSeconds(-18));
    assertThat(ages.instant()).isEqualTo(start.plusSeconds(30));
    pass(Duration.ofSeconds(1));
    assertThat(ages.instant()).isEqualTo(start.plusSeconds(31));
  }

  @Test
  void shouldGrowOlderByWhatASuspendedMachineDidNotCount() {
    wall.advance(Duration.ofMinutes(10));
    assertThat(ages.instant()).isEqualTo(start.plusSeconds(600));
  }

  private void pass(Duration time) {
    wall.advance(time);
    nanos.addAndGet(time.toNanos());
  }
}
