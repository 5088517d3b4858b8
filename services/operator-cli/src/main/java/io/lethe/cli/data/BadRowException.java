package io.lethe.cli.data;

import io.lethe.cli.CliException;

/**
 * A row of a data file that cannot be read. Tells the value's shape and never the value, which may
 * name a person.
 */
public final class BadRowException extends CliException {
  /**
   * @param line of the file, from 1
   * @param field the column's name
   * @param shape of the value found, from {@link #shapeOf}
   * @param expected what the field must be, with an example
   */
  BadRowException(String file, long line, String field, String shape, String expected) {
    super(
        file + " line " + line + ": " + field + " is " + shape,
        "it must be " + expected + ", so mend or remove that line and run the command again");
  }

  /** What a value looks like, without telling it. */
  static String shapeOf(String value) {
    if (value == null) {
      return "missing";
    }
    if (value.isBlank()) {
      return "empty";
    }
    if (value.chars().allMatch(Character::isDigit)) {
      return "a number of " + value.length() + " digits";
    }
    return "text of " + value.length() + " characters";
  }
}
