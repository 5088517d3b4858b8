package io.lethe.cli.redrive;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** Offsets as operators write them: {@code 3,7-9}. */
final class OffsetRanges {
  /** More would be a filter, not a list. */
  private static final int OFFSETS_MAX = 10_000;

  private OffsetRanges() {}

  /**
   * The offsets that the parts name.
   *
   * @throws CliException when a part is neither an offset nor a range
   */
  static SortedSet<Long> parse(Collection<String> parts) {
    SortedSet<Long> offsets = new TreeSet<>();
    for (String part : parts) {
      String[] ends = part.strip().split("-", 2);
      try {
        long first = Long.parseLong(ends[0].strip());
        long last = ends.length == 1 ? first : Long.parseLong(ends[1].strip());
        if (first < 0 || last < first || last - first >= OFFSETS_MAX - offsets.size()) {
          throw refused(part);
        }
        for (long offset = first; offset <= last; offset++) {
          offsets.add(offset);
        }
      } catch (NumberFormatException noNumber) {
        throw refused(part);
      }
    }
    return offsets;
  }

  private static CliException refused(String part) {
    return new CliException(
        "--offsets has '" + part + "', which is no offset or range",
        "give offsets and ranges such as 3,7-9, at most " + OFFSETS_MAX + " in all",
        ExitCode.USAGE,
        null);
  }
}
