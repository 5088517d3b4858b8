package io.lethe.simulation;

import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.ReplayLifecycle;
import java.util.List;

/**
 * The lifecycle tables of the services, what of them no seed can visit, and what only a rare one
 * does.
 */
enum Lifecycle {
  FORGET_SET(
      Lifecycles.standard().forgetSet().rows(),
      // A law's deadline is weeks away, and no seed lasts so long.
      List.of("DEADLINE_NEAR"),
      List.of()),
  REQUEST_IN_SETS(
      Lifecycles.standard().request().rows(),
      // No subject has more interactions than a request is expanded over, so none is turned away.
      List.of(
          "UNSEEN, event=LATE_DATA_ARRIVED",
          "UNSEEN, event=WITHDRAWAL_ARRIVED",
          "UNSEEN, event=EXTENSION_ARRIVED"),
      List.of()),
  JOB(
      JobLifecycle.TRANSITIONS,
      // The engine that might refuse a set or fail while it trains is not simulated.
      List.of("UNLEARNING, event=SETTLE"),
      // A set is given up after minutes of waiting, or after five ends of its worker.
      List.of("COMMIT_DEAD_LETTER")),
  EXACT_TUNING(
      ReplayLifecycle.TRANSITIONS,
      // Every adapter of the simulation can be tuned anew, its store never fails, and a turn is
      // never interrupted while it stores.
      List.of(
          "DUE, event=CLOSE",
          "DUE, event=FAIL",
          "REPLAYING, event=FAIL",
          "GATING, event=FAIL",
          "STORING, event=FAIL",
          "STORING, event=YIELD"),
      // Needs a successor of the worker's own name within one turn.
      List.of("COMMITTING, event=FAIL")),
  VERSION(
      VersionLifecycle.TRANSITIONS,
      // Nobody moves versions here: MovesSimulationTest does, and wants these visited.
      List.of("event=WITHDRAW", "event=TRY", "event=PROMOTE"),
      List.of()),
  SLOT(
      SlotLifecycle.TRANSITIONS,
      // As above; and loading takes no time here, so a stop never finds it under way.
      List.of(
          "SERVED_WITHDRAWN",
          "from=WITHDRAWN",
          "from=REPLACING",
          "from=LOADING, event=STOPPED",
          "from=SWAPPING, event=STOPPED"),
      List.of()),
  REQUEST(
      RequestLifecycle.TRANSITIONS,
      List.of(),
      // These need a ledger that learns of a release long before what led to it, or a candidate
      // that
      // the catalog and then a gate refuses.
      List.of(
          "from=CANDIDATE_TRAINED, event=CANDIDATE_REFUSED",
          "from=CANDIDATE_REFUSED, event=VERSION_RELEASED",
          "from=SUPPRESSED, event=VERSION_RELEASED",
          "from=RECEIVED, event=VERSION_RELEASED"));

  private final List<?> transitions;
  private final List<String> unreachable;
  private final List<String> rare;

  Lifecycle(List<?> transitions, List<String> unreachable, List<String> rare) {
    this.transitions = transitions;
    this.unreachable = unreachable;
    this.rare = rare;
  }

  /** Rows that should have been visited and were not. */
  List<String> unvisited(Coverage coverage) {
    return transitions.stream()
        .filter(transition -> !coverage.hasVisited(transition))
        .map(Object::toString)
        .filter(text -> unreachable.stream().noneMatch(text::contains))
        .filter(text -> rare.stream().noneMatch(text::contains))
        .toList();
  }

  /** Rows that are said to be out of reach and were visited. */
  List<String> wronglyExcused(Coverage coverage) {
    return transitions.stream()
        .filter(coverage::hasVisited)
        .map(Object::toString)
        .filter(text -> unreachable.stream().anyMatch(text::contains))
        .toList();
  }
}
