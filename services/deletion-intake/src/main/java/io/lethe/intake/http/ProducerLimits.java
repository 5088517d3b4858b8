package io.lethe.intake.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each producer may call: a token bucket each, so that one account system that floods the
 * door neither crowds out the others nor forces a mass of unlearning. Safe for use by many threads.
 */
public final class ProducerLimits {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long perSecond;
  private final long burst;
  private final Map<String, Bucket> buckets;
  private final TimeMeter time;

  /**
   * Limits every producer alike.
   *
   * @param perSecond calls that a producer may go on making each second
   * @param burst calls that it may make at once after a pause
   * @param producersMax producers remembered; who has been silent longest goes first, and begins
   *     with a full bucket when it comes back
   */
  public ProducerLimits(int perSecond, int burst, int producersMax, Clock clock) {
    requirePositive("per-second", perSecond);
    requirePositive("burst", burst);
    requirePositive("producers-max", producersMax);
    this.perSecond = perSecond;
    this.burst = burst;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > producersMax;
          }
        };
    this.time = meter(clock);
  }

  /**
   * Counts one call.
   *
   * @throws TooManyRequestsException when the producer has none left
   */
  void take(String producer) {
    ConsumptionProbe probe = bucket(producer).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new TooManyRequestsException(
          Duration.ofNanos(probe.getNanosToWaitForRefill()), perSecond, burst);
    }
  }

  private Bucket bucket(String producer) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(
          producer,
          name ->
              Bucket.builder()
                  .withCustomTimePrecision(time)
                  .addLimit(
                      limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                  .build());
    }
  }

  private static TimeMeter meter(Clock clock) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return clock.millis() * NANOS_PER_MILLI;
      }

      @Override
      public boolean isWallClockBased() {
        return true;
      }
    };
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "lethe.producer-limit." + key + " is " + value + "; set it to 1 or more.");
    }
  }
}
