package io.lethe.simulation;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

/** Runs seeds, and words the story of one that failed. */
final class Seeds {
  private static final Logger ROOT = Logger.getLogger("");

  private Seeds() {}

  /** Services log every step; a simulation has millions of them. */
  static void silence() {
    ROOT.setLevel(Level.OFF);
    Logger.getLogger("io.lethe").setLevel(Level.OFF);
  }

  /** The results of seeds, several at a time; each seed has a world of its own. */
  static List<Simulation.Result> run(long first, long count, Coverage coverage) {
    return LongStream.range(first, first + count)
        .parallel()
        .mapToObj(seed -> Simulation.run(seed, Mutation.NONE, coverage))
        .toList();
  }

  /**
   * The first seed that notices the mutation; null where none does.
   *
   * @param count how many seeds are tried
   */
  static Simulation.Result firstToNotice(Mutation mutation, long count) {
    for (long seed = 1; seed <= count; seed++) {
      Simulation.Result result = Simulation.run(seed, mutation, new Coverage());
      if (result.failed()) {
        return result;
      }
    }
    return null;
  }

  /** The invariant, the shortest story of the seed that was found, and how to see it again. */
  static String story(Simulation.Result failed) {
    Simulation.Result shortest = shrink(failed);
    StringBuilder story = new StringBuilder();
    story
        .append("Seed ")
        .append(failed.seed())
        .append(" breaks a promise after ")
        .append(shortest.steps())
        .append(" steps.\n  ")
        .append(shortest.violation().getMessage())
        .append('\n');
    shortest.trace().forEach(line -> story.append("    ").append(line).append('\n'));
    story
        .append("Replay: mvn -pl integration-tests/simulation -am verify -DskipITs")
        .append(" -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false")
        .append(" -Dlethe.simulation.seed=")
        .append(failed.seed())
        .append('\n');
    return story.toString();
  }

  /** The same seed with less chaos before the calm, as long as it breaks the same promise. */
  private static Simulation.Result shrink(Simulation.Result failed) {
    Simulation.Result shortest = failed;
    int fewest = 0;
    int most = Simulation.STEPS;
    while (most - fewest > 1) {
      int steps = (fewest + most) / 2;
      Simulation.Result shorter =
          Simulation.run(failed.seed(), Mutation.NONE, new Coverage(), steps);
      boolean same =
          shorter.failed()
              && shorter.violation().invariant().equals(failed.violation().invariant());
      if (same) {
        shortest = shorter;
        most = steps;
      } else {
        fewest = steps;
      }
    }
    return shortest;
  }
}
