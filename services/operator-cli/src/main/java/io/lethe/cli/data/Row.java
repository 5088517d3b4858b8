package io.lethe.cli.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/**
 * One line of a table by column name.
 *
 * @param file for errors
 * @param line from 1
 * @param values by canonical column name
 */
record Row(String file, long line, Map<String, String> values) {
  /** Epoch values from here on are milliseconds: as seconds they would lie past the year 5000. */
  private static final long FIRST_MILLISECOND_VALUE = 100_000_000_000L;

  /** The value without surrounding space, or null where it is absent or empty. */
  String optional(String column) {
    String value = values.get(column);
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String column) {
    String value = optional(column);
    if (value == null) {
      throw bad(column, "some text");
    }
    return value;
  }

  double number(String column) {
    try {
      double value = Double.parseDouble(text(column));
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException notNumber) {
      throw bad(column, "a number, for example 7 or 4.5");
    }
    throw bad(column, "a finite number, for example 7 or 4.5");
  }

  /** Epoch seconds, epoch milliseconds or ISO-8601. */
  Instant time(String column) {
    String value = text(column);
    try {
      if (value.chars().allMatch(Character::isDigit)) {
        long epoch = Long.parseLong(value);
        return epoch < FIRST_MILLISECOND_VALUE
            ? Instant.ofEpochSecond(epoch)
            : Instant.ofEpochMilli(epoch);
      }
      return Instant.parse(value);
    } catch (NumberFormatException | DateTimeException notTime) {
      throw bad(column, "epoch seconds or ISO-8601, for example 1362062307");
    }
  }

  BadRowException bad(String column, String expected) {
    return new BadRowException(
        file, line, column, BadRowException.shapeOf(values.get(column)), expected);
  }
}
