package io.lethe.cli.dev;

import java.util.List;
import java.util.Optional;

/** The states of a supervised process, declared as a table. */
final class ProcessLifecycle {
  enum State {
    NEW,
    STARTING,
    READY,
    RESTARTING,
    GIVEN_UP,
    STOPPING,
    STOPPED
  }

  enum Event {
    LAUNCH,
    ANSWERED,
    DIED,
    BUDGET_SPENT,
    STOP
  }

  /** One row of the table. */
  record Transition(State from, Event event, State to) {}

  static final List<Transition> TABLE =
      List.of(
          new Transition(State.NEW, Event.LAUNCH, State.STARTING),
          new Transition(State.NEW, Event.STOP, State.STOPPED),
          new Transition(State.STARTING, Event.ANSWERED, State.READY),
          new Transition(State.STARTING, Event.DIED, State.RESTARTING),
          new Transition(State.STARTING, Event.STOP, State.STOPPING),
          new Transition(State.READY, Event.DIED, State.RESTARTING),
          new Transition(State.READY, Event.STOP, State.STOPPING),
          new Transition(State.RESTARTING, Event.LAUNCH, State.STARTING),
          new Transition(State.RESTARTING, Event.BUDGET_SPENT, State.GIVEN_UP),
          new Transition(State.RESTARTING, Event.STOP, State.STOPPED),
          new Transition(State.GIVEN_UP, Event.STOP, State.STOPPED),
          new Transition(State.STOPPING, Event.DIED, State.STOPPED));

  /** Told of every transition taken. */
  @FunctionalInterface
  interface Listener {
    void moved(Transition transition);
  }

  private final Listener listener;
  private State state = State.NEW;

  ProcessLifecycle(Listener listener) {
    this.listener = listener;
  }

  synchronized State state() {
    return state;
  }

  /** Moves where the table allows it; answers whether it did. */
  boolean on(Event event) {
    Transition taken;
    synchronized (this) {
      Optional<Transition> transition = find(state, event);
      if (transition.isEmpty()) {
        return false;
      }
      taken = transition.get();
      state = taken.to();
    }
    listener.moved(taken);
    return true;
  }

  private static Optional<Transition> find(State from, Event event) {
    return TABLE.stream().filter(row -> row.from() == from && row.event() == event).findFirst();
  }
}
