package io.lethe.accumulator.poison;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
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
  @FaultCase(
      fault = CatalogueFault.F10,
      level = FaultLevel.UNIT,
      does = "Fails a stream thread again and again because its dead-letter topic takes nothing.",
      load = "many failures",
      oracle = "The service goes on trying, ever slower, and never ends over it.")
  void shouldReplaceThreadsWithoutLimitButEverSlowerWhileADeadLetterTopicTakesNothing() {
    List<Duration> pauses = new ArrayList<>();
    DeadLetterTrouble trouble = new DeadLetterTrouble(Duration.ofMinutes(3), clock);
    ThreadFailures patient =
        new ThreadFailures(0, Duration.ofMinutes(10), clock, trouble, pauses::add);
    StreamsException refused =
        new StreamsException(
            "Error encountered sending record to topic deletion.requested.dlq for task 0_1 due to:",
            new TopicAuthorizationException(Set.of("deletion.requested.dlq")));
    assertThat(trouble.remedy()).isEmpty();
    for (int i = 0; i < 9; i++) {
      assertThat(patient.handle(refused)).isEqualTo(REPLACE_THREAD);
    }
    assertThat(pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    assertThat(trouble.remedy())
        .contains(
            "The dead letter of a record could not be written to deletion.requested.dlq"
                + " (TopicAuthorizationException). The record is kept where it is and tried again;"
                + " grant this service's principal WRITE and DESCRIBE on deletion.requested.dlq.");
    now.set(Instant.EPOCH.plus(Duration.ofMinutes(4)));
    assertThat(trouble.remedy()).isEmpty();
    patient.handle(refused);
    assertThat(pauses).last().isEqualTo(Duration.ofSeconds(1));
    assertThat(patient.handle(new IllegalStateException("a defect"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldTellADeadLetterTopicFromAnyOther() {
    assertThat(
            DeadLetterTrouble.topicOf(
                new StreamsException(
                    "Error encountered sending record to topic interaction.recorded.dlq for task"
                        + " 0_0 due to:")))
        .contains("interaction.recorded.dlq");
    assertThat(
            DeadLetterTrouble.topicOf(
                new StreamsException(
                    "Error encountered sending record to topic interaction.recorded for task 0_0"
                        + " due to:",
                    new TopicAuthorizationException(Set.of("interaction.recorded")))))
        .isEmpty();
    assertThat(DeadLetterTrouble.topicOf(new IllegalStateException())).isEmpty();
  }

  @Test
  void shouldForgetFailuresOlderThanTheWindow() {
    failures.handle(new IllegalStateException("first"));
    failures.handle(new IllegalStateException("second"));
    now.set(Instant.EPOCH.plus(Duration.ofMinutes(11)));
    assertThat(failures.handle(new IllegalStateException("third"))).isEqualTo(REPLACE_THREAD);
  }
}
