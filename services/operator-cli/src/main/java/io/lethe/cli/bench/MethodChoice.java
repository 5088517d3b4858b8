package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import io.lethe.engine.method.MethodSettings;
import io.lethe.engine.method.Methods;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A method as {@code --methods} names it, with numbers of its own where they are not the defaults:
 * {@code apa:shards=16}.
 *
 * @param name as the engine knows it
 * @param numbers by name; empty for the defaults
 */
record MethodChoice(String name, Map<String, Double> numbers) {
  /**
   * Reads what was typed.
   *
   * @throws CliException when it has another shape, a number is none, or the method has no such
   *     number
   */
  static MethodChoice of(String typed) {
    String[] parts = typed.split(":", -1);
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int part = 1; part < parts.length; part++) {
      String[] sides = parts[part].split("=", -1);
      if (sides.length != 2) {
        throw misread(typed, null);
      }
      try {
        numbers.put(sides[0], Double.valueOf(sides[1]));
      } catch (NumberFormatException noNumber) {
        throw misread(typed, noNumber);
      }
    }
    MethodChoice choice = new MethodChoice(parts[0], numbers);
    choice.settings();
    return choice;
  }

  /** The method's settings, with these numbers in place of the defaults. */
  MethodSettings settings() {
    MethodSettings settings = Methods.defaults(name);
    for (Map.Entry<String, Double> number : numbers.entrySet()) {
      settings = settings.with(number.getKey(), number.getValue());
    }
    return settings;
  }

  private static CliException misread(String typed, Throwable cause) {
    return new CliException(
        "--methods has the method " + typed + ", which cannot be read",
        "name it as --help does, a number after a colon: apa:shards=16",
        ExitCode.USAGE,
        cause);
  }
}
