package io.lethe.accumulator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final AtomicInteger seconds = new AtomicInteger();

  /** A clock that goes on by a second whenever it is looked at. */
  private final Clock clock =
      ((InstantSource) () -> Instant.EPOCH.plusSeconds(seconds.getAndIncrement()))
          .withZone(ZoneOffset.UTC);

  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void shouldTryAgainUntilTheRegistryIsBack() {
    Patience patience = new Patience(Duration.ofSeconds(60), Duration.ZERO, clock);
    String result =
        patience.await(
            () -> {
              if (attempts.incrementAndGet() < 5) {
                throw new TimeoutException("away");
              }
              return "back";
            });
    assertThat(result).isEqualTo("back");
    assertThat(attempts).hasValue(5);
  }

  @Test
  void shouldGiveUpWhenTimeIsUp() {
    Patience patience = new Patience(Duration.ofSeconds(3), Duration.ZERO, clock);
    assertThatThrownBy(() -> patience.await(this::failRetriably)).hasMessage("away");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void shouldNotTryAgainWhenTheRecordIsAtFault() {
    Patience patience = new Patience(Duration.ofSeconds(60), Duration.ZERO, clock);
    assertThatThrownBy(
            () ->
                patience.await(
                    () -> {
                      attempts.incrementAndGet();
                      throw new SerializationException("broken");
                    }))
        .hasMessage("broken");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void shouldGiveUpAtOnceWhenTheServiceStops() {
    Patience patience = new Patience(Duration.ofHours(1), Duration.ofHours(1), clock);
    patience.stop();
    assertThatThrownBy(() -> patience.await(this::failRetriably)).hasMessage("away");
    assertThat(attempts).hasValue(1);
  }

  private Object failRetriably() {
    attempts.incrementAndGet();
    throw new TimeoutException("away");
  }
}
