package io.lethe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole path under faults, many seeds of it. {@code -Dlethe.simulation.seeds=10000} runs more
 * of them, {@code -Dlethe.simulation.seed=7} one.
 */
class SimulationTest {
  private static final int SEEDS_FOR_COVERAGE = 1500;

  @BeforeAll
  static void silence() {
    Seeds.silence();
  }

  @Test
  void shouldKeepEveryPromiseWhateverGoesWrong() {
    Long replayed = Long.getLong("lethe.simulation.seed");
    long first = replayed == null ? 1 : replayed;
    long count = replayed == null ? Long.getLong("lethe.simulation.seeds", 2000) : 1;
    Coverage coverage = new Coverage();
    long begun = System.nanoTime();
    List<Simulation.Result> results = Seeds.run(first, count, coverage);
    report(results, coverage, (System.nanoTime() - begun) / 1e9);
    List<Simulation.Result> failed = results.stream().filter(Simulation.Result::failed).toList();
    if (!failed.isEmpty()) {
      throw new AssertionError(
          failed.size() + " of " + count + " seeds failed.\n" + Seeds.story(failed.get(0)));
    }
    if (count >= SEEDS_FOR_COVERAGE) {
      assertCovered(coverage);
    }
  }

  @Test
  void shouldDoTheSameAgainFromTheSameSeed() {
    Simulation.Result once = Simulation.run(42, Mutation.NONE, new Coverage());
    Simulation.Result again = Simulation.run(42, Mutation.NONE, new Coverage());
    assertThat(again.digest()).isEqualTo(once.digest());
    assertThat(again.trace()).isEqualTo(once.trace());
    assertThat(Simulation.run(43, Mutation.NONE, new Coverage()).digest())
        .isNotEqualTo(once.digest());
  }

  private static void assertCovered(Coverage coverage) {
    List<String> unvisited = new ArrayList<>();
    List<String> wronglyExcused = new ArrayList<>();
    for (Lifecycle lifecycle : Lifecycle.values()) {
      unvisited.addAll(lifecycle.unvisited(coverage));
      wronglyExcused.addAll(lifecycle.wronglyExcused(coverage));
    }
    assertThat(unvisited).as("transitions that no seed took").isEmpty();
    assertThat(wronglyExcused).as("transitions said to be out of reach").isEmpty();
    assertThat(coverage.faults().keySet())
        .as("faults brought about")
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(Fault.values()));
  }

  private static void report(List<Simulation.Result> results, Coverage coverage, double seconds) {
    long steps = results.stream().mapToLong(Simulation.Result::steps).sum();
    long faults = results.stream().mapToLong(Simulation.Result::faults).sum();
    System.out.printf(
        "simulation: %d seeds in %.1f s, %d steps and %d faults a seed, %d transitions visited%n"
            + "  faults %s%n  events %s%n",
        results.size(),
        seconds,
        steps / results.size(),
        faults / results.size(),
        coverage.transitions(),
        coverage.faults(),
        coverage.events());
  }
}
