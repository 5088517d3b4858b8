package io.lethe.serving.domain;

import static io.lethe.serving.domain.SlotEvent.LOAD_REFUSED;
import static io.lethe.serving.domain.SlotEvent.LOAD_STARTED;
import static io.lethe.serving.domain.SlotEvent.LOAD_SUCCEEDED;
import static io.lethe.serving.domain.SlotEvent.SERVED_WITHDRAWN;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The lifecycle of the served adapter's slot as one table. Thread-safe. */
public final class SlotLifecycle {
  /** One allowed step. */
  public record Transition(SlotState from, SlotEvent event, SlotState to) {}

  /** Every allowed step, in the order of a slot's life. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(SlotState.EMPTY, LOAD_STARTED, SlotState.LOADING),
          new Transition(SlotState.LOADING, LOAD_SUCCEEDED, SlotState.SERVING),
          new Transition(SlotState.LOADING, LOAD_REFUSED, SlotState.EMPTY),
          new Transition(SlotState.SERVING, LOAD_STARTED, SlotState.SWAPPING),
          new Transition(SlotState.SWAPPING, LOAD_SUCCEEDED, SlotState.SERVING),
          new Transition(SlotState.SWAPPING, LOAD_REFUSED, SlotState.SERVING),
          new Transition(SlotState.SERVING, SERVED_WITHDRAWN, SlotState.WITHDRAWN),
          new Transition(SlotState.SWAPPING, SERVED_WITHDRAWN, SlotState.REPLACING),
          new Transition(SlotState.WITHDRAWN, LOAD_STARTED, SlotState.REPLACING),
          new Transition(SlotState.REPLACING, LOAD_SUCCEEDED, SlotState.SERVING),
          new Transition(SlotState.REPLACING, LOAD_REFUSED, SlotState.WITHDRAWN),
          new Transition(SlotState.EMPTY, SlotEvent.STOPPED, SlotState.STOPPED),
          new Transition(SlotState.LOADING, SlotEvent.STOPPED, SlotState.STOPPED),
          new Transition(SlotState.SERVING, SlotEvent.STOPPED, SlotState.STOPPED),
          new Transition(SlotState.SWAPPING, SlotEvent.STOPPED, SlotState.STOPPED),
          new Transition(SlotState.WITHDRAWN, SlotEvent.STOPPED, SlotState.STOPPED),
          new Transition(SlotState.REPLACING, SlotEvent.STOPPED, SlotState.STOPPED));

  private final Set<Transition> visited = ConcurrentHashMap.newKeySet();
  private SlotState state = SlotState.EMPTY;

  /**
   * Takes one step.
   *
   * @return the state reached
   * @throws IllegalStateException when the table has no such step
   */
  public synchronized SlotState fire(SlotEvent event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == state && transition.event() == event) {
        visited.add(transition);
        state = transition.to();
        return state;
      }
    }
    throw new IllegalStateException(
        "[BUG] The adapter slot has no transition for " + event + " in state " + state + ".");
  }

  /** The state the slot is in now. */
  public synchronized SlotState state() {
    return state;
  }

  /** Whether new requests may be answered in the current state. */
  public boolean answers() {
    SlotState now = state();
    return now == SlotState.SERVING || now == SlotState.SWAPPING;
  }

  /** The steps taken so far, so that a test can tell which were never driven. */
  public Set<Transition> visited() {
    return Set.copyOf(visited);
  }
}
