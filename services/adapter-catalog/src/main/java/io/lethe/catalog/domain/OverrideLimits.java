package io.lethe.catalog.domain;

import java.time.Duration;

/**
 * How long overrides may take.
 *
 * @param approval how long a proposal waits for the second person
 * @param force how long the rule is set aside from the approval on
 */
public record OverrideLimits(Duration approval, Duration force) {
  public OverrideLimits {
    if (approval.isNegative() || approval.isZero() || force.isNegative() || force.isZero()) {
      throw new IllegalArgumentException(
          "lethe.override-approval-limit and lethe.override-limit must be longer than nothing.");
    }
  }
}
