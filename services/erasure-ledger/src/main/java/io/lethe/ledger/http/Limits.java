package io.lethe.ledger.http;

/** Reads how many a caller wants. */
final class Limits {
  private Limits() {}

  /**
   * The limit as a number.
   *
   * @param most most that one answer lists
   * @throws RefusedException when it is no whole number from 1 to that
   */
  static int of(String text, int most) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException noNumber) {
      throw refused(most, "lethe.list-max");
    }
    throw refused(most, "lethe.list-max");
  }

  /** The refusal, with the setting that raises the bound. */
  static RefusedException refused(int most, String setting) {
    return RefusedException.invalid(
        "limit",
        "The limit is no whole number from 1 to " + most + "; give one, or raise " + setting + ".");
  }
}
