package io.lethe.intake.domain;

import io.lethe.schemas.event.Regime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How long each regime leaves for erasing, and by how much that may be extended.
 *
 * <ul>
 *   <li>GDPR: one month, two more with notice (Art. 12(3)).
 *   <li>UK: the same (UK GDPR Art. 12(3)).
 *   <li>CCPA: 45 days, 45 more with notice (Civil Code 1798.130(a)(2)).
 *   <li>DROP: 45 days from the day on which the request was fetched, none more (Civil Code
 *       1798.99.86(c)).
 *   <li>INTERNAL: the house rule.
 * </ul>
 */
public final class DeadlinePolicy {
  private static final Period CALIFORNIA = Period.ofDays(45);

  /** What each law leaves, in the zone of its authority. */
  private static final Map<Regime, DeadlineRule> LAWFUL =
      Map.of(
          Regime.GDPR,
          rule(Period.ofMonths(1), Period.ofMonths(2), "Europe/Brussels"),
          Regime.UK,
          rule(Period.ofMonths(1), Period.ofMonths(2), "Europe/London"),
          Regime.CCPA,
          rule(CALIFORNIA, CALIFORNIA, "America/Los_Angeles"),
          Regime.DROP,
          rule(CALIFORNIA, Period.ZERO, "America/Los_Angeles"),
          Regime.INTERNAL,
          rule(Period.ofDays(30), Period.ZERO, "UTC"));

  /** Four years hold every length of a month and a leap day. */
  private static final LocalDate COMPARED_FROM = LocalDate.of(2024, 1, 1);

  private static final LocalDate COMPARED_UNTIL = LocalDate.of(2028, 1, 1);

  private final Map<Regime, DeadlineRule> rules;

  private DeadlinePolicy(Map<Regime, DeadlineRule> rules) {
    this.rules = rules;
  }

  /** The laws' own rules, and 30 days for the house. */
  public static DeadlinePolicy lawful() {
    return new DeadlinePolicy(LAWFUL);
  }

  /** The rule of a regime. */
  public DeadlineRule rule(Regime regime) {
    DeadlineRule rule = rules.get(regime);
    if (rule == null) {
      throw new RefusedException(
          RefusalReason.UNKNOWN_REGIME,
          "regime",
          "The regime is unknown, so no deadline follows from it; send GDPR, UK, CCPA, DROP or"
              + " INTERNAL.");
    }
    return rule;
  }

  /**
   * The same policy with another rule for a regime.
   *
   * @throws IllegalArgumentException when a period is not positive, or leaves more than the law
   */
  public DeadlinePolicy with(Regime regime, DeadlineRule rule) {
    String key = "lethe.deadlines." + regime.name().toLowerCase(Locale.ROOT);
    if (rules.get(regime) == null) {
      throw new IllegalArgumentException(key + " is no regime with a deadline; leave it out.");
    }
    requirePositive(key + ".period", rule.period(), false);
    requirePositive(key + ".extension", rule.extension(), true);
    if (regime != Regime.INTERNAL) {
      requireWithin(key + ".period", rule.period(), LAWFUL.get(regime).period());
      requireWithin(key + ".extension", rule.extension(), LAWFUL.get(regime).extension());
    }
    Map<Regime, DeadlineRule> changed = new EnumMap<>(rules);
    changed.put(regime, rule);
    return new DeadlinePolicy(changed);
  }

  /**
   * Last instant by which the regime wants the data gone.
   *
   * @throws RefusedException when the regime is UNKNOWN
   */
  public Instant dueAt(Regime regime, Instant receivedAt) {
    return rule(regime).dueAt(receivedAt);
  }

  private static DeadlineRule rule(Period period, Period extension, String zone) {
    return new DeadlineRule(period, extension, ZoneId.of(zone), false, Set.of());
  }

  private static void requirePositive(String key, Period period, boolean orZero) {
    if (period.isNegative() || (period.isZero() && !orZero)) {
      throw new IllegalArgumentException(
          key + " is " + period + "; set it to " + (orZero ? "P0D" : "P1D") + " or more.");
    }
  }

  /** A month is not a number of days, so the two are compared from every day of four years. */
  private static void requireWithin(String key, Period period, Period lawful) {
    boolean within =
        COMPARED_FROM
            .datesUntil(COMPARED_UNTIL)
            .noneMatch(day -> day.plus(period).isAfter(day.plus(lawful)));
    if (!within) {
      throw new IllegalArgumentException(
          key
              + " is "
              + period
              + ", which may leave more than the law does; set it to "
              + lawful
              + " or less.");
    }
  }
}
