package io.lethe.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProducerLimitsTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ProducerLimits limits = new ProducerLimits(2, 4, 3, new MovedClock());

  @Test
  void shouldAllowABurstAndThenAsMuchAsTheRate() {
    takeAll("shop", 4);
    assertRefused("shop", Duration.ofSeconds(1));
    now = now.plusMillis(500);
    takeAll("shop", 1);
    assertRefused("shop", Duration.ofSeconds(1));
    now = now.plusSeconds(60);
    takeAll("shop", 4);
    assertRefused("shop", Duration.ofSeconds(1));
  }

  @Test
  void shouldTellHowLongToWaitAtASlowRate() {
    ProducerLimits slow = new ProducerLimits(1, 1, 3, new MovedClock());
    slow.take("shop");
    now = now.plusMillis(1);
    assertThatThrownBy(() -> slow.take("shop"))
        .isInstanceOfSatisfying(
            TooManyRequestsException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
  }

  @Test
  void shouldNotLetOneProducerUseUpAnothers() {
    takeAll("shop", 4);
    assertThatCode(() -> takeAll("forum", 4)).doesNotThrowAnyException();
  }

  @Test
  void shouldForgetWhoWasSilentLongest() {
    takeAll("shop", 4);
    takeAll("forum", 1);
    takeAll("mail", 1);
    takeAll("wiki", 1);
    assertThatCode(() -> takeAll("shop", 4)).doesNotThrowAnyException();
    takeAll("wiki", 3);
    assertRefused("wiki", Duration.ofSeconds(1));
  }

  @Test
  void shouldRefuseALimitBelowOne() {
    assertThatThrownBy(() -> new ProducerLimits(1, 0, 1, new MovedClock()))
        .hasMessage("lethe.producer-limit.burst is 0; set it to 1 or more.");
  }

  private void takeAll(String producer, int calls) {
    for (int call = 0; call < calls; call++) {
      limits.take(producer);
    }
  }

  private void assertRefused(String producer, Duration retryAfter) {
    assertThatThrownBy(() -> limits.take(producer))
        .isInstanceOfSatisfying(
            TooManyRequestsException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(retryAfter));
  }

  /** Tells the time that the test has set. */
  private final class MovedClock extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("only instants are asked for");
    }
  }
}
