package io.lethe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
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
  @FaultCase(
      fault = CatalogueFault.F16,
      level = FaultLevel.SIMULATION,
      does = "Sets the clocks of services wrong by up to a day, and moves them while they run.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
  @FaultCase(
      fault = CatalogueFault.F14,
      level = FaultLevel.SIMULATION,
      does =
          "Cuts servers off from the broker while users reach them, and compacts what they missed.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
  @FaultCase(
      fault = CatalogueFault.F6,
      level = FaultLevel.SIMULATION,
      does =
          "Writes records twice, replays accepted requests, delivers interactions and profiles late.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
  @FaultCase(
      fault = CatalogueFault.F5,
      level = FaultLevel.SIMULATION,
      does = "Stops a worker for longer than its lease, then lets it go on.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
  @FaultCase(
      fault = CatalogueFault.F4,
      level = FaultLevel.SIMULATION,
      does = "Crashes services between any two steps and inside transactions.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
  @FaultCase(
      fault = CatalogueFault.F1,
      level = FaultLevel.SIMULATION,
      does = "Loses publications and transactions, and leaves their fate unknown.",
      load = "2,000 seeds a build",
      oracle =
          "Every promise of the simulation after every step ([what is checked](simulation.md)).")
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
