package io.lethe.ledger.callback;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The lifecycle of a callback as one table. Thread-safe. */
public final class CallbackLifecycle {
  /** Where a callback stands. */
  public enum State {
    /** It waits for its first or next try. */
    PENDING,
    /** The producer took it; it is forgotten. */
    DELIVERED,
    /** Nobody tries it any more, unless an operator says so. */
    DEAD
  }

  /** What can happen to a callback. */
  public enum Event {
    /** The producer answered with 2xx. */
    TAKEN,
    /** The producer did not answer, or with something else. */
    FAILED,
    /** It failed as often as it may. */
    EXHAUSTED,
    /** The producer answered 410: it wants no callbacks any more. */
    REFUSED,
    /** More wait already than may. */
    OVERFLOWED,
    /** An operator has it tried again. */
    RETRIED
  }

  /** One allowed step. */
  public record Transition(State from, Event event, State to) {}

  /** Every allowed step. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(State.PENDING, Event.TAKEN, State.DELIVERED),
          new Transition(State.PENDING, Event.FAILED, State.PENDING),
          new Transition(State.PENDING, Event.EXHAUSTED, State.DEAD),
          new Transition(State.PENDING, Event.REFUSED, State.DEAD),
          new Transition(State.PENDING, Event.OVERFLOWED, State.DEAD),
          new Transition(State.DEAD, Event.RETRIED, State.PENDING));

  private final Set<Transition> visited = ConcurrentHashMap.newKeySet();

  /**
   * The state that follows.
   *
   * @throws IllegalStateException when the table has no such step
   */
  State next(State from, Event event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == from && transition.event() == event) {
        visited.add(transition);
        return transition.to();
      }
    }
    throw new IllegalStateException("[BUG] A callback that is " + from + " cannot be " + event);
  }

  /** The steps taken so far, so that a test can tell which were never driven. */
  public Set<Transition> visited() {
    return Set.copyOf(visited);
  }
}
