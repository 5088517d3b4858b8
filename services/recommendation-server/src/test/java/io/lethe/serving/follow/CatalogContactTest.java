package io.lethe.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogContactTest {
  private final ManualClock clock = new ManualClock();
  private final Instant start = clock.instant();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private long end = 3;
  private boolean cutOff;
  private final CatalogContact contact =
      new CatalogContact(this::ends, alarm, clock, Duration.ofSeconds(5));

  @Test
  void shouldKnowNothingBeforeTheFollowerReachedTheEnd() {
    contact.start();
    alarm.runDue();
    assertThat(contact.knownAt()).isNull();
    contact.appliedBelow(Map.of(0, 2L));
    assertThat(contact.knownAt()).isNull();
    contact.appliedBelow(Map.of(0, 3L));
    assertThat(contact.knownAt()).isEqualTo(start);
  }

  @Test
  void shouldStayFreshWhileTheEndIsReached() {
    contact.appliedBelow(Map.of(0, 3L));
    contact.start();
    alarm.advance(Duration.ofSeconds(11));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(10));
  }

  @Test
  void shouldAgeWhileTheBrokerIsSilentAndRecoverAfterwards() {
    contact.appliedBelow(Map.of(0, 3L));
    contact.start();
    alarm.runDue();
    cutOff = true;
    alarm.advance(Duration.ofSeconds(60));
    assertThat(contact.knownAt()).isEqualTo(start);
    cutOff = false;
    alarm.advance(Duration.ofSeconds(5));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(65));
  }

  @Test
  void shouldAgeWhileTheFollowerLagsBehindTheEnd() {
    contact.appliedBelow(Map.of(0, 3L));
    contact.start();
    alarm.runDue();
    end = 4;
    alarm.advance(Duration.ofSeconds(60));
    assertThat(contact.knownAt()).isEqualTo(start);
    contact.appliedBelow(Map.of(0, 4L));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(60));
  }

  private Map<Integer, Long> ends() {
    if (cutOff) {
      throw new IllegalStateException("no answer");
    }
    return Map.of(0, end);
  }
}
