package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RuleOverride;
import java.time.Instant;

/** Reads the override that a version's record carries. */
final class Overrides {
  private Overrides() {}

  /** Whether two persons have set the rule aside and the time for it is not over. */
  static boolean inForce(AdapterVersion version, OverriddenRule rule, Instant now) {
    RuleOverride override = version.getRuleOverride();
    return override != null
        && override.getRule() == rule
        && override.getApprovedBy() != null
        && isOpen(override, now);
  }

  /** Whether it may be approved or is in force: its time is not over. */
  static boolean isOpen(RuleOverride override, Instant now) {
    return override != null && now.isBefore(override.getExpiresAt());
  }

  /** What a later version carries on; null once its time is over. */
  static RuleOverride carried(AdapterVersion version, Instant now) {
    RuleOverride override = version.getRuleOverride();
    return isOpen(override, now) ? override : null;
  }
}
