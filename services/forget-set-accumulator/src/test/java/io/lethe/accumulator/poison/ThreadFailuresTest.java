package io.lethe.accumulator.poison;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final ThreadFailures failures = new ThreadFailures(2, Duration.ofMinutes(10), clock);

  @Test
  void shouldReplaceThreadsUpToTheLimitAndThenStop() {
    assertThat(failures.handle(new IllegalStateException("first"))).isEqualTo(REPLACE_THREAD);
    assertThat(failures.handle(new IllegalStateException("second"))).isEqualTo(REPLACE_THREAD);
    assertThat(failures.handle(new IllegalStateException("third"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldForgetFailuresOlderThanTheWindow() {
    failures.handle(new IllegalStateException("first"));
    failures.handle(new IllegalStateException("second"));
    now.set(Instant.EPOCH.plus(Duration.ofMinutes(11)));
    assertThat(failures.handle(new IllegalStateException("third"))).isEqualTo(REPLACE_THREAD);
  }
}
