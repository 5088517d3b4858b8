package io.lethe.intake.domain;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.Set;

/**
 * How one regime counts: calendar days and months from the day of receipt, in the regime's zone,
 * until that zone's end of the last day. A month that has no such day ends on its last.
 *
 * @param period what is left for erasing from the day of receipt on
 * @param extension by how much the deadline may be moved, once; zero where it may not
 * @param zone where the days begin and end
 * @param movesToWorkingDay whether a deadline on a Saturday, a Sunday or a holiday moves to the
 *     next working day, as Regulation 1182/71 Art. 3(4) has it
 * @param holidays days on which nobody works, beside the weekends
 */
public record DeadlineRule(
    Period period,
    Period extension,
    ZoneId zone,
    boolean movesToWorkingDay,
    Set<LocalDate> holidays) {

  public DeadlineRule {
    holidays = Set.copyOf(holidays);
  }

  /** Last instant, in milliseconds, by which data of a request received then must be gone. */
  public Instant dueAt(Instant receivedAt) {
    return endOf(firstLastDay(receivedAt));
  }

  /**
   * Last instant to which the deadline may be moved. The extension is counted from the first
   * deadline's own day, which is never later than counting both from the receipt.
   */
  public Instant extendedDueAt(Instant receivedAt) {
    return endOf(firstLastDay(receivedAt).plus(extension));
  }

  /** True when the deadline may be moved at all. */
  public boolean isExtendable() {
    return !extension.isZero();
  }

  private LocalDate firstLastDay(Instant receivedAt) {
    return receivedAt.atZone(zone).toLocalDate().plus(period);
  }

  private Instant endOf(LocalDate lastDay) {
    LocalDate day = lastDay;
    while (movesToWorkingDay && !isWorkingDay(day)) {
      day = day.plusDays(1);
    }
    return day.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1);
  }

  private boolean isWorkingDay(LocalDate day) {
    return day.getDayOfWeek() != DayOfWeek.SATURDAY
        && day.getDayOfWeek() != DayOfWeek.SUNDAY
        && !holidays.contains(day);
  }
}
