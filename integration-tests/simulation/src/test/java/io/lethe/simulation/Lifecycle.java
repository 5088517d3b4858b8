package io.lethe.simulation;

import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.ReplayLifecycle;
import java.util.List;

/** The lifecycle tables of the services, and what of them no seed can visit. */
enum Lifecycle {
  FORGET_SET(
      Lifecycles.standard().forgetSet().rows(),
      // A law's deadline is weeks away, and no seed lasts so long.
      List.of("DEADLINE_NEAR")),
  REQUEST_IN_SETS(Lifecycles.standard().request().rows(), List.of()),
  JOB(
      JobLifecycle.TRANSITIONS,
      // The engine that might refuse a set, or fail while it assembles or trains, is not simulated,
      // and an outcome is committed in the turn that settles it.
      List.of("ASSEMBLING, event=SETTLE, to=DEAD", "UNLEARNING, event=SETTLE")),
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
          "STORING, event=YIELD")),
  VERSION(
      VersionLifecycle.TRANSITIONS,
      // The catalog has no way to withdraw a version yet; it only reads what says so.
      List.of("event=WITHDRAW")),
  SLOT(
      SlotLifecycle.TRANSITIONS,
      // As above; and loading takes no time here, so a stop never finds it under way.
      List.of(
          "SERVED_WITHDRAWN",
          "from=WITHDRAWN",
          "from=REPLACING",
          "from=LOADING, event=STOPPED",
          "from=SWAPPING, event=STOPPED")),
  REQUEST(RequestLifecycle.TRANSITIONS, List.of());

  private final List<?> transitions;
  private final List<String> unreachable;

  Lifecycle(List<?> transitions, List<String> unreachable) {
    this.transitions = transitions;
    this.unreachable = unreachable;
  }

  /** Rows that should have been visited and were not. */
  List<String> unvisited(Coverage coverage) {
    return transitions.stream()
        .filter(transition -> !coverage.hasVisited(transition))
        .map(Object::toString)
        .filter(text -> unreachable.stream().noneMatch(text::contains))
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
