package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private final RestartBudget budget =
      new RestartBudget(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void shouldAllowFiveRestartsWithinAMinuteAndNoMore() {
    for (int i = 0; i < 5; i++) {
      assertThat(budget.take()).isTrue();
      now = now.plusSeconds(10);
    }
    assertThat(budget.take()).isFalse();
  }

  @Test
  void shouldForgetRestartsThatAreAMinuteOld() {
    for (int i = 0; i < 5; i++) {
      budget.take();
    }
    now = now.plusSeconds(59);
    assertThat(budget.take()).isFalse();
    now = now.plusSeconds(1);
    assertThat(budget.take()).isTrue();
  }
}
