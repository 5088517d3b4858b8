package io.lethe.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.serving.domain.SlotEvent;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServingReadinessTest {
  private static final Instant KNOWN_AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @Test
  @FaultCase(
      fault = CatalogueFault.F14,
      level = FaultLevel.UNIT,
      does = "Cuts a server off from the catalog.",
      load = "1 server",
      oracle = "It is not ready once the last word is older than its limit.",
      limit = "60 s unless configured")
  void shouldAnswerAsLongAsTheLastWordIsNotTooOld() {
    assertThat(readinessAt(KNOWN_AT.plus(TIMEOUT)).obstacles()).isEmpty();
    assertThat(readinessAt(KNOWN_AT.plus(TIMEOUT).plusMillis(1)).obstacles())
        .singleElement()
        .asString()
        .isEqualTo(
            "out of touch with the broker for longer than lethe.catalog-timeout (PT1M): it waits"
                + " for a word");
  }

  private static ServingReadiness readinessAt(Instant now) {
    SlotLifecycle lifecycle = new SlotLifecycle();
    lifecycle.fire(SlotEvent.LOAD_STARTED);
    lifecycle.fire(SlotEvent.LOAD_SUCCEEDED);
    ServingState state = new ServingState(new StateLimits(1, 1, 1, 1));
    return new ServingReadiness(
        new CaughtUp(), lifecycle, state, TIMEOUT, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static final class CaughtUp implements EventFeed {
    @Override
    public void start() {}

    @Override
    public Optional<String> behind() {
      return Optional.empty();
    }

    @Override
    public Optional<String> fault() {
      return Optional.empty();
    }

    @Override
    public Instant knownAt() {
      return KNOWN_AT;
    }

    @Override
    public Optional<String> waitsFor() {
      return Optional.of("a word");
    }

    @Override
    public void close() {}
  }
}
