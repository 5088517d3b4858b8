package io.lethe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.catalog.domain.MoveRefusal;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random histories of release, canary, promotion, withdrawal, rollback, pin, override, partition
 * and restart. {@code -Dlethe.simulation.seed=7} replays one.
 */
class MovesSimulationTest {
  private static final int SEEDS_FOR_COVERAGE = 300;
  private static final int SEEDS_TO_NOTICE = 60;

  /** Compaction hides what only a catalog that stood for a year would miss. */
  private static final List<MoveRefusal> RARE = List.of(MoveRefusal.WATERMARK_UNKNOWN);

  @BeforeAll
  static void silence() {
    Seeds.silence();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F15,
      level = FaultLevel.SIMULATION,
      does =
          "Moves versions at random, by three people who repeat themselves, while catalogs and"
              + " servers crash, overtake each other and are cut off.",
      load = "500 seeds a build",
      oracle =
          "No release lacks what an earlier one has forgotten, no server answers from a version that"
              + " lacks a completed request, pins hold, overrides take two persons.",
      limit = "exact")
  void shouldKeepTheWatermarkWhateverIsMoved() {
    Long replayed = Long.getLong("lethe.simulation.seed");
    long first = replayed == null ? 1 : replayed;
    long count = replayed == null ? Long.getLong("lethe.simulation.moves.seeds", 500) : 1;
    Coverage coverage = new Coverage();
    long begun = System.nanoTime();
    List<Simulation.Result> results =
        LongStream.range(first, first + count)
            .parallel()
            .mapToObj(seed -> MovesSimulation.run(seed, Mutation.NONE, coverage))
            .toList();
    System.out.printf(
        "moves: %d seeds in %.1f s%n  faults %s%n  events %s%n",
        count, (System.nanoTime() - begun) / 1e9, coverage.faults(), coverage.events());
    results.stream()
        .filter(Simulation.Result::failed)
        .findFirst()
        .ifPresent(MovesSimulationTest::fail);
    if (count >= SEEDS_FOR_COVERAGE) {
      assertCovered(coverage);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CATALOG_WITHOUT_BARRIER, the minimum watermark never falls",
    "NO_BARRIER, no server answers from a version without a request served as forgotten",
    "OVERRIDE_BY_ONE_PERSON, an override takes two persons",
  })
  void shouldNoticeThatACheckIsMissing(Mutation mutation, String invariant) {
    Simulation.Result noticed =
        LongStream.rangeClosed(1, SEEDS_TO_NOTICE)
            .mapToObj(seed -> MovesSimulation.run(seed, mutation, new Coverage()))
            .filter(Simulation.Result::failed)
            .findFirst()
            .orElse(null);
    assertThat(noticed).as("%s within %d seeds", mutation, SEEDS_TO_NOTICE).isNotNull();
    assertThat(noticed.violation().invariant()).isEqualTo(invariant);
  }

  @Test
  void shouldDoTheSameAgainFromTheSameSeed() {
    assertThat(MovesSimulation.run(42, Mutation.NONE, new Coverage()).digest())
        .isEqualTo(MovesSimulation.run(42, Mutation.NONE, new Coverage()).digest());
  }

  private static void assertCovered(Coverage coverage) {
    assertThat(VersionLifecycle.TRANSITIONS)
        .as("transitions of versions that no history took")
        .allMatch(coverage::hasVisited);
    assertThat(coverage.events())
        .containsKeys(
            "moves Withdraw",
            "moves Rollback",
            "moves StartCanary",
            "moves Promote",
            "moves EndCanary",
            "moves Pin",
            "moves Unpin",
            "moves ProposeOverride",
            "moves ApproveOverride",
            "moves RevokeOverride",
            "seeds with answers from a version on trial",
            "seeds with completed requests",
            "versions under an override",
            "releases over a pin");
    for (MoveRefusal reason : MoveRefusal.values()) {
      if (!RARE.contains(reason)) {
        assertThat(coverage.events()).containsKey("moves refused " + reason);
      }
    }
  }

  private static void fail(Simulation.Result failed) {
    throw new AssertionError(
        "Seed "
            + failed.seed()
            + " breaks a promise after "
            + failed.steps()
            + " steps.\n  "
            + failed.violation().getMessage()
            + "\n    "
            + String.join("\n    ", failed.trace())
            + "\nReplay: mvn -pl integration-tests/simulation -am verify -DskipITs"
            + " -Dtest=MovesSimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dlethe.simulation.seed="
            + failed.seed());
  }
}
