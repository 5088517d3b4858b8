package io.lethe.worker.domain;

import java.util.List;

/** The life of one attempt at an exact tuning, as a table. */
public final class ReplayLifecycle {
  /** Where an attempt stands. */
  public enum Phase {
    /** An approximate version is released, and it is the exact path's turn. */
    DUE,
    /** The recommender is tuned again without the rows left out. */
    REPLAYING,
    /** The candidate is measured. */
    GATING,
    /** The candidate becomes durable. */
    STORING,
    /** The candidate goes into one transaction. */
    COMMITTING,
    /** The candidate was published, accepted or refused by its gates. */
    PUBLISHED,
    /** The version's adapter holds nothing that could be tuned exactly. */
    CLOSED,
    /** A forget set, or the end of the worker, came first; tried again when idle. */
    YIELDED,
    /** Another version was released meanwhile; begun again on that one. */
    STALE,
    /** It failed; tried again after a pause, up to a limit. */
    FAILED
  }

  /** What moves an attempt on. */
  public enum Event {
    REPLAY,
    CLOSE,
    GATE,
    STORE,
    /** The candidate is ready to be published. */
    SETTLE,
    COMMIT,
    YIELD,
    OVERTAKE,
    FAIL
  }

  /** One row of the table. */
  public record Transition(Phase from, Event event, Phase to) {}

  /** Every transition there is; whatever is not here is a defect. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(Phase.DUE, Event.CLOSE, Phase.CLOSED),
          new Transition(Phase.DUE, Event.REPLAY, Phase.REPLAYING),
          new Transition(Phase.REPLAYING, Event.GATE, Phase.GATING),
          new Transition(Phase.GATING, Event.STORE, Phase.STORING),
          // A refused candidate is published without being stored, as evidence.
          new Transition(Phase.GATING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.STORING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.COMMITTING, Event.COMMIT, Phase.PUBLISHED),
          new Transition(Phase.REPLAYING, Event.YIELD, Phase.YIELDED),
          new Transition(Phase.STORING, Event.YIELD, Phase.YIELDED),
          new Transition(Phase.REPLAYING, Event.OVERTAKE, Phase.STALE),
          new Transition(Phase.GATING, Event.OVERTAKE, Phase.STALE),
          new Transition(Phase.STORING, Event.OVERTAKE, Phase.STALE),
          new Transition(Phase.DUE, Event.FAIL, Phase.FAILED),
          new Transition(Phase.REPLAYING, Event.FAIL, Phase.FAILED),
          new Transition(Phase.GATING, Event.FAIL, Phase.FAILED),
          new Transition(Phase.STORING, Event.FAIL, Phase.FAILED),
          new Transition(Phase.COMMITTING, Event.FAIL, Phase.FAILED));

  private ReplayLifecycle() {}

  /** Whether an attempt in this phase is over. */
  public static boolean isFinal(Phase phase) {
    return TRANSITIONS.stream().noneMatch(transition -> transition.from() == phase);
  }

  /**
   * The phase after the event.
   *
   * @throws IllegalStateException when the table has no such transition
   */
  public static Transition next(Phase from, Event event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == from && transition.event() == event) {
        return transition;
      }
    }
    throw new IllegalStateException(
        "a replay that is " + from + " cannot take " + event + "; this is a defect of the worker");
  }
}
