package io.lethe.accumulator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.OwedWork;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AccumulatorMetricsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AccumulatorMetrics metrics =
      new AccumulatorMetrics(meters, Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void shouldExportWhatIsOwedOverTheTimeLeft() {
    metrics.owed(new OwedWork(3, 5400, NOW.plus(Duration.ofHours(1))));
    assertThat(gauge("unlearning.owed.sets")).isEqualTo(3);
    assertThat(gauge("unlearning.owed")).isEqualTo(5400);
    assertThat(gauge("unlearning.time.left")).isEqualTo(3600);
    assertThat(gauge("unlearning.owed.ratio")).isEqualTo(1.5);
  }

  @Test
  void shouldExportNothingOwedUntilItIsTold() {
    assertThat(gauge("unlearning.owed.sets")).isZero();
    assertThat(gauge("unlearning.owed")).isZero();
    assertThat(gauge("unlearning.time.left")).isNaN();
    assertThat(gauge("unlearning.owed.ratio")).isZero();
  }

  @Test
  void shouldTagNoGauge() {
    assertThat(meters.getMeters())
        .hasSize(4)
        .allSatisfy(meter -> assertThat(meter.getId().getTags()).isEmpty());
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }
}
