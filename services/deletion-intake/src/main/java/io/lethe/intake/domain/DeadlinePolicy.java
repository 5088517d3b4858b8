package io.lethe.intake.domain;

import io.lethe.schemas.event.Regime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How long each regime leaves for erasing, counted in UTC from the receipt of the request.
 *
 * <ul>
 *   <li>GDPR and UK: one calendar month (GDPR Art. 12(3)); from the 31st it ends on the last day of
 *       a shorter month, at the same time of day.
 *   <li>CCPA and DROP: 45 days.
 *   <li>INTERNAL: as many days as configured.
 * </ul>
 */
public final class DeadlinePolicy {
  private static final Duration CALIFORNIA = Duration.ofDays(45);

  private final Duration internal;

  /**
   * A policy.
   *
   * @param internalDays days that the house rule leaves, at least 1
   */
  public DeadlinePolicy(int internalDays) {
    if (internalDays < 1) {
      throw new IllegalArgumentException(
          "lethe.internal-deadline-days is " + internalDays + "; set it to 1 or more.");
    }
    this.internal = Duration.ofDays(internalDays);
  }

  /**
   * Last instant by which the regime wants the data gone.
   *
   * @throws RefusedException when the regime is UNKNOWN
   */
  public Instant dueAt(Regime regime, Instant receivedAt) {
    return switch (regime) {
      case GDPR, UK -> receivedAt.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
      case CCPA, DROP -> receivedAt.plus(CALIFORNIA);
      case INTERNAL -> receivedAt.plus(internal);
      default ->
          throw new RefusedException(
              RefusalReason.UNKNOWN_REGIME,
              "regime",
              "The regime is unknown, so no deadline follows from it; send GDPR, UK, CCPA, DROP or"
                  + " INTERNAL.");
    };
  }
}
