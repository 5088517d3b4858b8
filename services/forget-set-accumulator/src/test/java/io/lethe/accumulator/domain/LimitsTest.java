package io.lethe.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
  @Test
  void shouldRefuseLimitsThatTheTopicsCannotCarryAndNameTheKey() {
    assertThatThrownBy(
            () -> new ClosingRules(1, 1, 5_000_000, Duration.ofSeconds(1), Duration.ZERO))
        .hasMessageStartingWith("lethe.close.bytes-max must lie between 1 and 4194304");
    assertThatThrownBy(() -> new ClosingRules(0, 1, 1, Duration.ofSeconds(1), Duration.ZERO))
        .hasMessageStartingWith("lethe.close.requests-max");
    assertThatThrownBy(() -> new ClosingRules(1, 1, 1, Duration.ofSeconds(-1), Duration.ZERO))
        .hasMessageStartingWith("lethe.close.age");
    assertThatThrownBy(() -> new ExpansionLimits(0, 1))
        .hasMessageStartingWith("lethe.expansion.interactions-max");
    assertThatThrownBy(() -> new ExpansionLimits(1, 600_000))
        .hasMessageStartingWith("lethe.expansion.part-bytes-max");
    assertThatThrownBy(() -> new RetainReservoir.Sizes(0, 1, "seed"))
        .hasMessageStartingWith("lethe.reservoir.train-size");
  }
}
