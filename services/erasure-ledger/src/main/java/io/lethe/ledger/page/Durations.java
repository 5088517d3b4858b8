package io.lethe.ledger.page;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them: the two largest units. */
final class Durations {
  private static final int MILLIS_PER_SECOND = 1000;

  private Durations() {}

  static String text(Duration duration) {
    Duration length = duration.abs();
    if (length.toMinutes() < 1) {
      return String.format(Locale.ROOT, "%.1f s", length.toMillis() / (double) MILLIS_PER_SECOND);
    }
    if (length.toHours() < 1) {
      return length.toMinutes() + " min " + length.toSecondsPart() + " s";
    }
    if (length.toDays() < 1) {
      return length.toHours() + " h " + length.toMinutesPart() + " min";
    }
    return length.toDays() + " d " + length.toHoursPart() + " h";
  }
}
