package io.lethe.serving.follow;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.serving.domain.Alarm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Knows up to when the ledger counts this server and nothing was missed on adapter.version. A
 * consumer that is cut off polls happily and gets nothing, so silence proves nothing: only the end
 * of the topic, asked from the broker and reached by the follower, does. And the ledger waits for
 * those servers alone whose heartbeats the broker has, so an end counts only from the moment at
 * which the broker had one.
 *
 * <p>A server that starts, or was out of touch for longer than the timeout, joins. The ledger may
 * have completed requests without it, up to the moment at which the broker took its heartbeat.
 * Whatever was released and asked for until then lies below the ends that are asked for afterwards:
 * it joins once it has read adapter.version and deletion.requested up to there, and serves the
 * newest version that it knows. From then on the ledger waits for it.
 */
public final class BrokerContact {
  /** Asks the broker where topics end. */
  public interface EndOffsets {
    /**
     * Next offset of every partition of adapter.version and deletion.requested.
     *
     * @throws RuntimeException when the broker does not answer
     */
    Map<TopicPartition, Long> read();
  }

  private static final Logger LOG = Logger.getLogger(BrokerContact.class);

  /** Nobody who starts should wait for the next question of those who have long joined. */
  private static final Duration JOINING_INTERVAL = Duration.ofMillis(250);

  private final EndOffsets endOffsets;
  private final Supplier<Instant> heartbeatSentAt;
  private final BooleanSupplier servesTheNewest;
  private final Alarm alarm;
  private final Clock ages;
  private final Duration interval;
  private final Duration timeout;

  private final Map<TopicPartition, Long> applied = new HashMap<>();
  private Map<TopicPartition, Long> ends;
  private Instant heardAt;
  private Instant knownAt;
  private String waitsFor;

  /**
   * @param heartbeatSentAt when, by the same clock, the last heartbeat was sent that the broker has
   *     confirmed; null before the first
   * @param servesTheNewest whether the newest version that was announced is served
   * @param ages a clock that is never set back, see {@link io.lethe.serving.domain.AgeClock}
   * @param interval distance between two questions
   * @param timeout shorter than the ledger waits for a heartbeat
   */
  public BrokerContact(
      EndOffsets endOffsets,
      Supplier<Instant> heartbeatSentAt,
      BooleanSupplier servesTheNewest,
      Alarm alarm,
      Clock ages,
      Duration interval,
      Duration timeout) {
    this.endOffsets = endOffsets;
    this.heartbeatSentAt = heartbeatSentAt;
    this.servesTheNewest = servesTheNewest;
    this.alarm = alarm;
    this.ages = ages;
    this.interval = interval;
    this.timeout = timeout;
    compare();
  }

  /** Begins to ask. */
  public void start() {
    alarm.in(Duration.ZERO, this::ask);
  }

  /** Everything below these offsets has been applied. */
  public synchronized void appliedBelow(Map<TopicPartition, Long> offsets) {
    applied.putAll(offsets);
    compare();
  }

  /** Up to when the ledger counted this server and nothing was missed; null before it joined. */
  public synchronized Instant knownAt() {
    return knownAt;
  }

  /** What is missing, in words for an operator; empty when nothing is. */
  public synchronized Optional<String> waitsFor() {
    return Optional.ofNullable(waitsFor);
  }

  private void ask() {
    Duration next = interval;
    try {
      // In this order: what the ledger did without this server lies below the ends then.
      Instant heard = heartbeatSentAt.get();
      Map<TopicPartition, Long> read = endOffsets.read();
      synchronized (this) {
        ends = read;
        heardAt = heard;
        compare();
        if (isJoining() && JOINING_INTERVAL.compareTo(interval) < 0) {
          next = JOINING_INTERVAL;
        }
      }
    } catch (RuntimeException silent) {
      LOG.warnf("the broker does not say where adapter.version ends: %s", silent.getMessage());
    } finally {
      alarm.in(next, this::ask);
    }
  }

  private void compare() {
    waitsFor = missing();
    if (waitsFor == null) {
      knownAt = heardAt;
    }
  }

  private String missing() {
    if (ends == null) {
      return "the broker to say where adapter.version ends";
    }
    if (heardAt == null) {
      return "the broker to confirm a heartbeat on adapter.serving";
    }
    if (!isReached(Topics.ADAPTER_VERSION)) {
      return "adapter.version to be read to its end";
    }
    if (!isJoining()) {
      return null;
    }
    if (!isReached(Topics.DELETION_REQUESTED)) {
      return "deletion.requested to be read to its end";
    }
    return servesTheNewest.getAsBoolean()
        ? null
        : "the newest version to be served, see its refusal in the log";
  }

  /** Whether the ledger may have done without this server since it last knew. */
  private boolean isJoining() {
    return knownAt == null || knownAt.plus(timeout).isBefore(ages.instant());
  }

  private boolean isReached(Topic<?> topic) {
    return ends.entrySet().stream()
        .filter(end -> end.getKey().topic().equals(topic.name()))
        .allMatch(end -> applied.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }
}
