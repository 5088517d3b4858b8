package io.lethe.schemas.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that wait because a dead letter of theirs could not be written, each with a pause
 * that doubles up to a limit. One thread changes it, any may ask.
 */
public final class BlockedPartitions {
  private record Block(String why, Duration pause, Instant until) {}

  private final Duration pauseMin;
  private final Duration pauseMax;
  private final Clock clock;
  private final Map<TopicPartition, Block> blocks = new ConcurrentHashMap<>();

  /**
   * @param pauseMin pause before the second try
   * @param pauseMax longest pause between two tries
   */
  public BlockedPartitions(Duration pauseMin, Duration pauseMax, Clock clock) {
    if (pauseMin.isNegative() || pauseMin.isZero() || pauseMax.compareTo(pauseMin) < 0) {
      throw new IllegalArgumentException(
          "The shortest pause must be positive and at most the longest; got "
              + pauseMin
              + " and "
              + pauseMax
              + ".");
    }
    this.pauseMin = pauseMin;
    this.pauseMax = pauseMax;
    this.clock = clock;
  }

  /**
   * Blocks a partition, or blocks it for longer than the last time.
   *
   * @return how long
   */
  public Duration block(TopicPartition partition, String why) {
    Block before = blocks.get(partition);
    Duration pause = pauseMin;
    if (before != null) {
      Duration doubled = before.pause().multipliedBy(2);
      pause = doubled.compareTo(pauseMax) > 0 ? pauseMax : doubled;
    }
    blocks.put(partition, new Block(why, pause, clock.instant().plus(pause)));
    return pause;
  }

  /** The partition's letter was written. */
  public void release(TopicPartition partition) {
    blocks.remove(partition);
  }

  /** Forgets the partitions that are somebody else's now. */
  public void retain(Collection<TopicPartition> assigned) {
    blocks.keySet().retainAll(assigned);
  }

  /** Those whose pause is over: they are to be tried again. */
  public Set<TopicPartition> due() {
    Instant now = clock.instant();
    return blocks.entrySet().stream()
        .filter(block -> !block.getValue().until().isAfter(now))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How many are blocked, those that are due included. */
  public int size() {
    return blocks.size();
  }

  /** Each blocked partition with the reason and the remedy. */
  public Map<TopicPartition, String> reasons() {
    Map<TopicPartition, String> reasons = new HashMap<>();
    blocks.forEach((partition, block) -> reasons.put(partition, block.why()));
    return Map.copyOf(reasons);
  }

  /** One of the reasons with its remedy; empty while nothing is blocked. */
  public Optional<String> remedy() {
    return blocks.values().stream().map(Block::why).sorted().findFirst();
  }
}
