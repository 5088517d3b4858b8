package io.lethe.catalog.domain;

import java.util.List;
import java.util.function.Consumer;

/**
 * The life of a version as a table. A version never comes back: serving an earlier adapter again is
 * a new version with that adapter, so that version numbers only rise.
 */
public final class VersionLifecycle {
  /** Where a version stands. */
  public enum State {
    /** A candidate that has not been decided on. */
    PROPOSED,
    /** Answers a part of the traffic, to be tried. */
    CANARY,
    /** The version that servers must serve. */
    RELEASED,
    /** Released earlier; a later version took its place. */
    SUPERSEDED,
    /** Taken back; never served again. */
    WITHDRAWN,
    /** Decided against; never served. */
    REFUSED
  }

  /** What can happen to a version. */
  public enum Event {
    RELEASE,
    TRY,
    PROMOTE,
    REFUSE,
    SUPERSEDE,
    WITHDRAW
  }

  /** One row of the table. */
  public record Transition(State from, Event event, State to) {}

  /** Every transition there is; whatever is not here is a defect. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(State.PROPOSED, Event.RELEASE, State.RELEASED),
          new Transition(State.PROPOSED, Event.REFUSE, State.REFUSED),
          new Transition(State.PROPOSED, Event.TRY, State.CANARY),
          new Transition(State.CANARY, Event.PROMOTE, State.RELEASED),
          new Transition(State.CANARY, Event.WITHDRAW, State.WITHDRAWN),
          new Transition(State.RELEASED, Event.SUPERSEDE, State.SUPERSEDED),
          new Transition(State.RELEASED, Event.WITHDRAW, State.WITHDRAWN),
          new Transition(State.SUPERSEDED, Event.WITHDRAW, State.WITHDRAWN));

  private final Consumer<Transition> observer;

  /**
   * A lifecycle that tells each transition it makes.
   *
   * @param observer called once a transition, on the caller's thread
   */
  public VersionLifecycle(Consumer<Transition> observer) {
    this.observer = observer;
  }

  /**
   * The state after the event.
   *
   * @throws IllegalStateException when the table has no such transition
   */
  public State next(State from, Event event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == from && transition.event() == event) {
        observer.accept(transition);
        return transition.to();
      }
    }
    throw new IllegalStateException(
        "a version that is "
            + from
            + " cannot take "
            + event
            + "; this is a defect of the catalog");
  }
}
