package io.lethe.serving.acknowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.AdapterServing;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.model.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServingAnnouncerTest {
  private final ManualClock clock = new ManualClock();
  private final Instant start = clock.instant();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine);
  private final RecordingPublisher publisher = new RecordingPublisher();
  private final ServingAnnouncer announcer =
      new ServingAnnouncer(
          "server-1",
          "recommender",
          slot,
          publisher,
          alarm,
          clock,
          clock,
          Duration.ofSeconds(2),
          Duration.ofMillis(50));
  private final AdapterSwapper swapper =
      new AdapterSwapper(
          engine,
          slot,
          new SlotLifecycle(),
          alarm,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
          clock,
          new SwapObserver() {
            @Override
            public void switched(AdapterSlot.Serving serving, Duration took) {
              announcer.switched();
            }

            @Override
            public void refused(Refusal refusal) {
              throw new AssertionError(refusal);
            }
          });

  @Test
  void shouldBeatBeforeAnyVersionIsServed() {
    announcer.start();
    alarm.advance(Duration.ofSeconds(5));
    assertThat(publisher.sent())
        .extracting(AdapterServing::getSentAt)
        .containsExactly(start, start.plusSeconds(2), start.plusSeconds(4));
    assertThat(publisher.sent().get(0))
        .isEqualTo(
            new AdapterServing(
                "server-1", "recommender", -1L, null, "", Map.of(), start, start, null));
  }

  @Test
  void shouldKnowWhenItSentWhatTheBrokerHas() {
    assertThat(announcer.confirmedSentAt()).isNull();
    announcer.start();
    alarm.advance(Duration.ofSeconds(3));
    assertThat(announcer.confirmedSentAt()).isEqualTo(start.plusSeconds(2));
    publisher.confirms(false);
    alarm.advance(Duration.ofSeconds(3));
    assertThat(announcer.confirmedSentAt()).isEqualTo(start.plusSeconds(2));
  }

  @Test
  void shouldTellOfASwitchAtOnce() {
    announcer.start();
    alarm.advance(Duration.ofSeconds(1));
    swapper.announce(Versions.version(3, "three", Set.of("r1")));
    alarm.runDue();
    Instant switchedAt = start.plusSeconds(1);
    assertThat(publisher.last())
        .isEqualTo(
            new AdapterServing(
                "server-1",
                "recommender",
                3L,
                "three",
                Versions.digest(Set.of("r1")),
                Map.of(),
                switchedAt,
                switchedAt,
                null));
  }

  @Test
  void shouldTellOfSuppressionAtOnceAndThenNoMoreOftenThanTheInterval() {
    announcer.suppressedBelow(Map.of(0, 1L, 1, 0L));
    alarm.runDue();
    assertThat(publisher.last().getSuppressionOffsets()).isEqualTo(Map.of("0", 1L, "1", 0L));
    announcer.suppressedBelow(Map.of(0, 2L, 1, 0L));
    announcer.suppressedBelow(Map.of(0, 2L, 1, 7L));
    alarm.advance(Duration.ofMillis(49));
    assertThat(publisher.sent()).hasSize(1);
    alarm.advance(Duration.ofMillis(1));
    assertThat(publisher.sent()).hasSize(2);
    assertThat(publisher.last().getSuppressionOffsets()).isEqualTo(Map.of("0", 2L, "1", 7L));
    assertThat(publisher.last().getSentAt()).isEqualTo(start.plusMillis(50));
  }

  @Test
  void shouldKeepSilentWhenNoOffsetMoved() {
    announcer.suppressedBelow(Map.of(0, 1L));
    alarm.advance(Duration.ofSeconds(1));
    announcer.suppressedBelow(Map.of(0, 1L));
    alarm.advance(Duration.ofSeconds(1));
    assertThat(publisher.sent()).hasSize(1);
  }

  @Test
  void shouldRepeatTheOffsetsInEveryHeartbeat() {
    announcer.suppressedBelow(Map.of(0, 5L));
    announcer.start();
    alarm.advance(Duration.ofSeconds(2));
    assertThat(publisher.last().getSentAt()).isEqualTo(start.plusSeconds(2));
    assertThat(publisher.last().getSuppressionOffsets()).isEqualTo(Map.of("0", 5L));
  }

  @Test
  void shouldSendNothingAfterItsGoodbye() {
    announcer.start();
    alarm.runDue();
    announcer.stop();
    announcer.switched();
    announcer.suppressedBelow(Map.of(0, 5L));
    alarm.advance(Duration.ofSeconds(10));
    assertThat(publisher.retracted()).containsExactly("server-1");
    assertThat(publisher.sent()).hasSize(1);
  }
}
