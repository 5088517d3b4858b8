package io.lethe.cli.data;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;

/**
 * How much made-up data to make.
 *
 * @param subjects accounts, at least 1
 * @param interactionsPerSubject ratings of each account, at most the number of items
 * @param items things to rate, at least 1
 * @param seed the same seed makes the same data
 */
public record GeneratorSettings(int subjects, int interactionsPerSubject, int items, long seed) {
  public static final GeneratorSettings DEFAULTS = new GeneratorSettings(60, 30, 400, 42);

  public GeneratorSettings {
    if (subjects < 1 || interactionsPerSubject < 1 || items < 1) {
      throw refused("made-up data needs at least 1 subject, 1 item and 1 interaction each");
    }
    if (interactionsPerSubject > items) {
      throw refused(
          "each subject rates an item once, and "
              + interactionsPerSubject
              + " interactions need more than "
              + items
              + " items");
    }
    if (items > TitleMaker.TITLES_MAX) {
      throw refused("there are titles for at most " + TitleMaker.TITLES_MAX + " items");
    }
  }

  private static CliException refused(String problem) {
    return new CliException(problem, "change --subjects, --rows or --items", ExitCode.USAGE, null);
  }
}
