package io.lethe.serving.follow;

import io.lethe.serving.domain.Alarm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Knows up to when nothing was missed on adapter.version. A consumer that is cut off polls happily
 * and gets nothing, so silence proves nothing: only the end of the topic, asked from the broker and
 * reached by the follower, does.
 */
public final class CatalogContact {
  /** Asks the broker where the topic ends. */
  public interface EndOffsets {
    /**
     * Partition to next offset.
     *
     * @throws RuntimeException when the broker does not answer
     */
    Map<Integer, Long> read();
  }

  private static final Logger LOG = Logger.getLogger(CatalogContact.class);

  private final EndOffsets endOffsets;
  private final Alarm alarm;
  private final Clock clock;
  private final Duration interval;

  private final Map<Integer, Long> applied = new HashMap<>();
  private Map<Integer, Long> ends;
  private Instant endsAskedAt;
  private Instant knownAt;

  /**
   * @param interval distance between two questions
   */
  public CatalogContact(EndOffsets endOffsets, Alarm alarm, Clock clock, Duration interval) {
    this.endOffsets = endOffsets;
    this.alarm = alarm;
    this.clock = clock;
    this.interval = interval;
  }

  /** Begins to ask. */
  public void start() {
    alarm.in(Duration.ZERO, this::ask);
  }

  /** Everything below these offsets has been applied. */
  public synchronized void appliedBelow(Map<Integer, Long> offsets) {
    applied.putAll(offsets);
    compare();
  }

  /** Up to when nothing was missed; null before that is known at all. */
  public synchronized Instant knownAt() {
    return knownAt;
  }

  private void ask() {
    try {
      Instant askedAt = clock.instant();
      Map<Integer, Long> read = endOffsets.read();
      synchronized (this) {
        ends = read;
        endsAskedAt = askedAt;
        compare();
      }
    } catch (RuntimeException silent) {
      LOG.warnf("the broker does not say where adapter.version ends: %s", silent.getMessage());
    } finally {
      alarm.in(interval, this::ask);
    }
  }

  private void compare() {
    if (ends == null) {
      return;
    }
    boolean reached =
        ends.entrySet().stream()
            .allMatch(end -> applied.getOrDefault(end.getKey(), -1L) >= end.getValue());
    if (reached) {
      knownAt = endsAskedAt;
    }
  }
}
