package io.lethe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulation can fail: each service broken on purpose is noticed, by the promise it breaks. */
class MutationTest {
  private static final int SEEDS_MAX = 500;

  @BeforeAll
  static void silence() {
    Seeds.silence();
  }

  @ParameterizedTest
  @CsvSource({
    "INTAKE_ANSWERS_BEFORE_DURABLE, accepted never lost",
    "ACCUMULATOR_FORGETS_DUPLICATES, one effect",
    "ACCUMULATOR_KEEPS_ERASED_SAMPLES, an erased subject never returns",
    "WORKER_PUBLISHES_WITHOUT_FENCE, a zombie's publish is refused",
    "WORKER_FORGETS_OUT_OF_TURN, a version has forgotten what it claims",
    "CATALOG_FORGETS_WATERMARK, the released watermark never falls",
    "SERVER_ANSWERS_WHILE_CUT_OFF, no server serves a version without a completed request",
    "SERVER_IGNORES_REQUESTS, an erased subject never returns",
    // It hears of one server only, so it calls requests suppressed that others still show.
    "LEDGER_COMPLETES_EARLY, an erased subject never returns",
    "SERVER_ANSWERS_BEFORE_IT_JOINED, an erased subject never returns",
  })
  void shouldNoticeABrokenService(Mutation mutation, String invariant) {
    Simulation.Result noticed = Seeds.firstToNotice(mutation, SEEDS_MAX);
    assertThat(noticed).as("%s within %d seeds", mutation, SEEDS_MAX).isNotNull();
    assertThat(noticed.violation().invariant()).isEqualTo(invariant);
  }
}
