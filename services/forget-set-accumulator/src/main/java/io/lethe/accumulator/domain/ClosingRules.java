package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CloseTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a forget set closes.
 *
 * @param requestsMax closes as soon as it names this many requests
 * @param samplesMax closes as soon as it holds this many samples
 * @param bytesMax closes before its record would pass this
 * @param age closes when its first entry is this old
 * @param deadlineMargin what is left, beside the time for unlearning, between the closing and the
 *     first legal deadline in it: for the release, the servers, and the exact path
 */
public record ClosingRules(
    int requestsMax, int samplesMax, long bytesMax, Duration age, Duration deadlineMargin) {

  public ClosingRules {
    if (requestsMax < 1 || samplesMax < 1) {
      throw new IllegalArgumentException(
          "lethe.close.requests-max and lethe.close.samples-max must be at least 1; got "
              + requestsMax
              + " and "
              + samplesMax
              + ".");
    }
    if (bytesMax < 1 || bytesMax > Topics.LARGE_VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "lethe.close.bytes-max must lie between 1 and "
              + Topics.LARGE_VALUE_BYTES_MAX
              + ", what forget-set.closed carries; got "
              + bytesMax
              + ".");
    }
    if (age.isNegative() || deadlineMargin.isNegative()) {
      throw new IllegalArgumentException(
          "lethe.close.age and lethe.close.deadline-margin must not be negative.");
    }
  }

  /** Why the set must close before it takes an entry of that size; empty when the entry fits. */
  Optional<CloseTrigger> beforeAdding(OpenForgetSet open, long entryBytes) {
    return open.getRecordBytes() + entryBytes > bytesMax
        ? Optional.of(CloseTrigger.BYTES)
        : Optional.empty();
  }

  /** Why the set must close for what it holds; empty when there is room. */
  Optional<CloseTrigger> afterAdding(OpenForgetSet open) {
    return open.getRequests() >= requestsMax || open.getSamples() >= samplesMax
        ? Optional.of(CloseTrigger.SIZE)
        : Optional.empty();
  }

  /**
   * Why the set must close at this time; a deadline goes before age, since it says more.
   *
   * @param unlearning time for unlearning this set and those before it
   */
  Optional<CloseTrigger> at(OpenForgetSet open, Duration unlearning, Instant now) {
    if (!now.isBefore(open.getEarliestDueAt().minus(deadlineMargin).minus(unlearning))) {
      return Optional.of(CloseTrigger.DEADLINE);
    }
    // A clock that was set back cannot tell the age; rather early than hours late.
    boolean clockWentBack = now.isBefore(open.getAgeFrom());
    return now.isBefore(open.getAgeFrom().plus(age)) && !clockWentBack
        ? Optional.empty()
        : Optional.of(CloseTrigger.AGE);
  }
}
