package io.lethe.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A few people who ask to be forgotten together, or one who takes back one interaction.
 *
 * @param number from 1 on, in the order drawn
 * @param subjects who ask
 * @param erased training rows to forget
 */
record ErasureRequest(int number, Kind kind, Set<String> subjects, List<BenchRow> erased) {
  /** Who asks for what. */
  enum Kind {
    /** One of the third of the subjects with the fewest rows. */
    LOW,
    /** One of the middle third. */
    MIDDLE,
    /** One of the third with the most rows. */
    HIGH,
    /** One subject's row and the rows whose prompts show what it was about. */
    INTERACTION,
    /** Several subjects, whoever they are. */
    SEVERAL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  ErasureRequest {
    subjects = Set.copyOf(subjects);
    erased = List.copyOf(erased);
  }
}
