package io.lethe.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.Topics;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BrokerContactTest {
  private static final TopicPartition VERSIONS =
      new TopicPartition(Topics.ADAPTER_VERSION.name(), 0);
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topics.DELETION_REQUESTED.name(), 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ManualClock clock = new ManualClock();
  private final Instant start = clock.instant();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private long endOfVersions = 3;
  private long endOfRequests = 7;
  private boolean cutOff;
  private boolean heard = true;
  private Instant heardAt;
  private boolean servesTheNewest = true;
  private final BrokerContact contact =
      new BrokerContact(
          this::ends,
          this::heartbeatSentAt,
          () -> servesTheNewest,
          alarm,
          clock,
          Duration.ofSeconds(5),
          TIMEOUT);

  @Test
  void shouldJoinOnceBothTopicsAreReadAndTheNewestVersionIsServed() {
    servesTheNewest = false;
    contact.start();
    alarm.runDue();
    assertWaitsFor("adapter.version to be read");
    contact.appliedBelow(Map.of(VERSIONS, 3L, REQUESTS, 6L));
    assertWaitsFor("deletion.requested to be read");
    contact.appliedBelow(Map.of(REQUESTS, 7L));
    assertWaitsFor("the newest version to be served");
    assertThat(contact.knownAt()).isNull();
    servesTheNewest = true;
    alarm.advance(Duration.ofMillis(250));
    assertThat(contact.waitsFor()).isEmpty();
    assertThat(contact.knownAt()).isEqualTo(start.plusMillis(250));
  }

  @Test
  void shouldNotJoinByEndsFromBeforeTheBrokerHadItsHeartbeat() {
    heard = false;
    readAll();
    contact.start();
    alarm.runDue();
    assertWaitsFor("the broker to confirm a heartbeat");
    heard = true;
    // What was asked for before it was heard proves nothing.
    contact.appliedBelow(Map.of(REQUESTS, 7L));
    assertThat(contact.knownAt()).isNull();
    endOfVersions = 4;
    alarm.advance(Duration.ofMillis(250));
    assertWaitsFor("adapter.version to be read");
    contact.appliedBelow(Map.of(VERSIONS, 4L));
    assertThat(contact.knownAt()).isEqualTo(start.plusMillis(250));
  }

  @Test
  void shouldStayKnownWhileTheEndIsReached() {
    join();
    alarm.advance(Duration.ofSeconds(11));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(10));
  }

  @Test
  void shouldAgeWhileTheBrokerIsSilent() {
    join();
    cutOff = true;
    alarm.advance(Duration.ofSeconds(59));
    assertThat(contact.knownAt()).isEqualTo(start);
  }

  @Test
  void shouldAgeWhileNoHeartbeatIsConfirmed() {
    join();
    heard = false;
    alarm.advance(Duration.ofSeconds(59));
    assertThat(contact.knownAt()).isEqualTo(start);
  }

  @Test
  void shouldAgeWhileTheFollowerLagsBehindTheEnd() {
    join();
    endOfVersions = 4;
    alarm.advance(Duration.ofSeconds(30));
    assertThat(contact.knownAt()).isEqualTo(start);
    assertWaitsFor("adapter.version to be read");
    contact.appliedBelow(Map.of(VERSIONS, 4L));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(30));
  }

  @Test
  void shouldWaitForNoRequestAndNoVersionOnceItHasJoined() {
    join();
    endOfRequests = 100;
    servesTheNewest = false;
    alarm.advance(Duration.ofSeconds(300));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(300));
  }

  @Test
  void shouldJoinAgainAfterItWasOutOfTouchForTooLong() {
    join();
    cutOff = true;
    alarm.advance(TIMEOUT.plusSeconds(5));
    endOfRequests = 8;
    servesTheNewest = false;
    cutOff = false;
    alarm.advance(Duration.ofSeconds(5));
    assertWaitsFor("deletion.requested to be read");
    contact.appliedBelow(Map.of(REQUESTS, 8L));
    assertWaitsFor("the newest version to be served");
    assertThat(contact.knownAt()).isEqualTo(start);
    servesTheNewest = true;
    alarm.advance(Duration.ofMillis(250));
    assertThat(contact.knownAt()).isEqualTo(start.plusSeconds(70).plusMillis(250));
  }

  private void join() {
    readAll();
    contact.start();
    alarm.runDue();
    assertThat(contact.knownAt()).isEqualTo(start);
  }

  private void readAll() {
    contact.appliedBelow(Map.of(VERSIONS, 3L, REQUESTS, 7L));
  }

  private void assertWaitsFor(String what) {
    assertThat(contact.waitsFor()).hasValueSatisfying(text -> assertThat(text).startsWith(what));
  }

  private Instant heartbeatSentAt() {
    if (heard && !cutOff) {
      heardAt = clock.instant();
    }
    return heardAt;
  }

  private Map<TopicPartition, Long> ends() {
    if (cutOff) {
      throw new IllegalStateException("no answer");
    }
    return Map.of(VERSIONS, endOfVersions, REQUESTS, endOfRequests);
  }
}
