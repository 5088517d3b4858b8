package io.lethe.simulation.model;

import io.lethe.simulation.model.ModelChecker.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Claim, fence, release and watermark, and nothing else: two workers, two servers, three requests
 * that each make a forget set of their own. Sets of requests are bits of a number.
 */
final class ReleaseModel {
  /** The model as it is, and broken on purpose. */
  enum Variant {
    SOUND,
    WITHOUT_FENCE,
    WITHOUT_WATERMARK_CHECK,
    COMPLETE_BEFORE_ALL_ACKNOWLEDGED
  }

  /**
   * A forget set in a worker's hands.
   *
   * @param parent the version that it continues
   * @param overtaken whether the partition was given to the other worker meanwhile
   */
  record Work(int set, int parent, boolean overtaken) {}

  /** A published candidate that the catalog has not decided on. */
  record Candidate(int set, int parent) {}

  /** A released version: what it claims to have forgotten, and what it has. */
  record Version(int watermark, int forgotten) {}

  /**
   * Everything there is.
   *
   * @param closed how many sets have closed
   * @param position the next set that the group hands out
   * @param redriven sets handed out again, since their candidate came too late
   * @param holder the worker that holds the partition
   * @param served by each server: the number of its version, or -1 while it is away
   * @param completed requests told to be complete
   * @param settledTwice whether two outcomes were published for one delivery of a set
   */
  record State(
      int closed,
      int position,
      int redriven,
      int holder,
      List<Optional<Work>> workers,
      List<Candidate> candidates,
      List<Version> versions,
      List<Integer> served,
      int completed,
      boolean settledTwice) {
    Version current() {
      return versions.get(versions.size() - 1);
    }
  }

  private static final int WORKERS = 2;
  private static final int SERVERS = 2;
  private static final int REQUESTS = 3;
  private static final int ALL = (1 << REQUESTS) - 1;
  private static final int AWAY = -1;

  private final Variant variant;

  ReleaseModel(Variant variant) {
    this.variant = variant;
  }

  static State initial() {
    return new State(
        0,
        0,
        0,
        0,
        List.of(Optional.empty(), Optional.empty()),
        List.of(),
        List.of(new Version(0, 0)),
        List.of(0, 0),
        0,
        false);
  }

  static boolean isDone(State state) {
    return state.completed() == ALL;
  }

  static Optional<String> brokenInvariant(State state) {
    if (state.settledTwice()) {
      return Optional.of("one outcome for a delivered set");
    }
    for (int number = 0; number < state.versions().size(); number++) {
      Version version = state.versions().get(number);
      if (!covers(version.forgotten(), version.watermark())) {
        return Optional.of("a version has forgotten what it claims");
      }
      if (number > 0
          && !covers(version.watermark(), state.versions().get(number - 1).watermark())) {
        return Optional.of("the released watermark never falls");
      }
    }
    for (int version : state.served()) {
      if (version != AWAY
          && !covers(state.versions().get(version).watermark(), state.completed())) {
        return Optional.of("no server serves a version without a completed request");
      }
    }
    return Optional.empty();
  }

  /** All that may happen next. */
  List<Step<State>> steps(State state) {
    List<Step<State>> steps = new ArrayList<>();
    if (state.closed() < REQUESTS) {
      steps.add(
          step("close set " + state.closed(), new Draft(state).closed(state.closed() + 1).state()));
    }
    steps.add(step("rebalance", rebalanced(state)));
    for (int worker = 0; worker < WORKERS; worker++) {
      work(state, worker, steps);
    }
    decide(state, steps);
    for (int server = 0; server < SERVERS; server++) {
      serve(state, server, steps);
    }
    complete(state, steps);
    return steps;
  }

  private static State rebalanced(State state) {
    Draft draft = new Draft(state).holder(1 - state.holder());
    for (int worker = 0; worker < WORKERS; worker++) {
      Optional<Work> overtaken =
          state.workers().get(worker).map(work -> new Work(work.set(), work.parent(), true));
      draft.worker(worker, overtaken);
    }
    return draft.state();
  }

  private void work(State state, int worker, List<Step<State>> steps) {
    Optional<Work> work = state.workers().get(worker);
    if (work.isPresent()) {
      steps.add(publish(state, worker, work.get()));
      steps.add(
          step(
              "worker " + worker + " crashes",
              new Draft(state).worker(worker, Optional.empty()).state()));
      return;
    }
    int set = next(state);
    // A worker waits for a candidate that it knows to be under way; since what it knows may be old,
    // nothing may rest on that, and so here it never waits.
    if (worker != state.holder() || set < 0) {
      return;
    }
    Work claimed = new Work(set, state.versions().size() - 1, false);
    steps.add(
        step(
            "worker " + worker + " claims set " + set,
            new Draft(state).worker(worker, Optional.of(claimed)).state()));
  }

  /** Redriven sets come after those that were never handed out. */
  private static int next(State state) {
    if (state.position() < state.closed()) {
      return state.position();
    }
    return state.redriven() == 0 ? -1 : Integer.numberOfTrailingZeros(state.redriven());
  }

  private Step<State> publish(State state, int worker, Work work) {
    boolean handedOut = work.set() == state.position() || (state.redriven() & 1 << work.set()) != 0;
    Draft draft = new Draft(state).worker(worker, Optional.empty());
    if (work.overtaken() && variant != Variant.WITHOUT_FENCE) {
      return step("worker " + worker + " is refused", draft.state());
    }
    draft.publish(new Candidate(work.set(), work.parent()));
    if (handedOut) {
      draft.settle(work.set());
    } else {
      draft.settledTwice();
    }
    return step("worker " + worker + " publishes set " + work.set(), draft.state());
  }

  private void decide(State state, List<Step<State>> steps) {
    if (state.candidates().isEmpty()) {
      return;
    }
    Candidate candidate = state.candidates().get(0);
    Version parent = state.versions().get(candidate.parent());
    int bit = 1 << candidate.set();
    Draft draft = new Draft(state).decided();
    if (covers(state.current().watermark(), bit)) {
      steps.add(step("catalog knows set " + candidate.set(), draft.state()));
      return;
    }
    int watermark = parent.watermark() | bit;
    boolean covering = covers(watermark, state.current().watermark());
    if (covering || variant == Variant.WITHOUT_WATERMARK_CHECK) {
      draft.release(new Version(watermark, parent.forgotten() | bit));
      steps.add(step("catalog releases set " + candidate.set(), draft.state()));
    } else {
      // The operator redrives what came too late.
      steps.add(
          step("catalog refuses set " + candidate.set(), draft.redrive(candidate.set()).state()));
    }
  }

  private static void serve(State state, int server, List<Step<State>> steps) {
    int current = state.versions().size() - 1;
    int served = state.served().get(server);
    if (served != current) {
      steps.add(
          step(
              "server " + server + " serves version " + current,
              new Draft(state).serve(server, current).state()));
    }
    if (served != AWAY) {
      steps.add(step("server " + server + " leaves", new Draft(state).serve(server, AWAY).state()));
    }
  }

  private void complete(State state, List<Step<State>> steps) {
    for (int request = 0; request < REQUESTS; request++) {
      int bit = 1 << request;
      if ((state.completed() & bit) == 0 && isAcknowledged(state, bit)) {
        steps.add(
            step("ledger completes request " + request, new Draft(state).complete(bit).state()));
      }
    }
  }

  private boolean isAcknowledged(State state, int bit) {
    List<Integer> live = state.served().stream().filter(version -> version != AWAY).toList();
    Predicate<Integer> holds = version -> covers(state.versions().get(version).watermark(), bit);
    return variant == Variant.COMPLETE_BEFORE_ALL_ACKNOWLEDGED
        ? live.stream().anyMatch(holds)
        : !live.isEmpty() && live.stream().allMatch(holds);
  }

  private static boolean covers(int watermark, int requests) {
    return (watermark & requests) == requests;
  }

  private static Step<State> step(String action, State to) {
    return new Step<>(action, to);
  }

  /** The next state while it is being written. */
  private static final class Draft {
    private int closed;
    private int position;
    private int redriven;
    private int holder;
    private final List<Optional<Work>> workers;
    private final List<Candidate> candidates;
    private final List<Version> versions;
    private final List<Integer> served;
    private int completed;
    private boolean settledTwice;

    Draft(State state) {
      closed = state.closed();
      position = state.position();
      redriven = state.redriven();
      holder = state.holder();
      workers = new ArrayList<>(state.workers());
      candidates = new ArrayList<>(state.candidates());
      versions = new ArrayList<>(state.versions());
      served = new ArrayList<>(state.served());
      completed = state.completed();
      settledTwice = state.settledTwice();
    }

    Draft closed(int sets) {
      closed = sets;
      return this;
    }

    Draft holder(int worker) {
      holder = worker;
      return this;
    }

    Draft worker(int worker, Optional<Work> work) {
      workers.set(worker, work);
      return this;
    }

    Draft publish(Candidate candidate) {
      candidates.add(candidate);
      return this;
    }

    Draft settle(int set) {
      if (set == position) {
        position++;
      } else {
        redriven &= ~(1 << set);
      }
      return this;
    }

    Draft settledTwice() {
      settledTwice = true;
      return this;
    }

    Draft decided() {
      candidates.remove(0);
      return this;
    }

    Draft redrive(int set) {
      redriven |= 1 << set;
      return this;
    }

    Draft release(Version version) {
      versions.add(version);
      return this;
    }

    Draft serve(int server, int version) {
      served.set(server, version);
      return this;
    }

    Draft complete(int request) {
      completed |= request;
      return this;
    }

    State state() {
      return new State(
          closed,
          position,
          redriven,
          holder,
          List.copyOf(workers),
          List.copyOf(candidates),
          List.copyOf(versions),
          List.copyOf(served),
          completed,
          settledTwice);
    }
  }
}
