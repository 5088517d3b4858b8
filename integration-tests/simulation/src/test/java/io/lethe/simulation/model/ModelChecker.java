package io.lethe.simulation.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Visits every state that a model can reach, nearest first, so that a counterexample is a shortest
 * one.
 *
 * @param <S> the states; equal ones are one
 */
final class ModelChecker<S> {
  /** A step that the model may take. */
  record Step<S>(String action, S to) {}

  /**
   * What was found.
   *
   * @param states how many were visited
   * @param broken the invariant that fails in the last state of the path; empty where all hold
   * @param path the actions that lead there
   */
  record Outcome(int states, Optional<String> broken, List<String> path) {}

  private record Origin<S>(S from, String action) {}

  private final Function<S, List<Step<S>>> steps;
  private final Function<S, Optional<String>> brokenInvariant;

  /**
   * A checker of one model.
   *
   * @param steps all that may happen in a state
   * @param brokenInvariant the name of an invariant that the state breaks
   */
  ModelChecker(Function<S, List<Step<S>>> steps, Function<S, Optional<String>> brokenInvariant) {
    this.steps = steps;
    this.brokenInvariant = brokenInvariant;
  }

  /**
   * Checks the invariants in every state, and that the goal can be reached from every state.
   *
   * @param goal what must stay possible whatever happened
   */
  Outcome check(S initial, Predicate<S> goal) {
    Map<S, Origin<S>> origins = new HashMap<>();
    Map<S, List<S>> predecessors = new HashMap<>();
    List<S> order = new ArrayList<>();
    ArrayDeque<S> frontier = new ArrayDeque<>();
    origins.put(initial, new Origin<>(null, null));
    frontier.add(initial);
    while (!frontier.isEmpty()) {
      S state = frontier.poll();
      order.add(state);
      Optional<String> broken = brokenInvariant.apply(state);
      if (broken.isPresent()) {
        return new Outcome(order.size(), broken, path(state, origins));
      }
      for (Step<S> step : steps.apply(state)) {
        predecessors.computeIfAbsent(step.to(), missing -> new ArrayList<>()).add(state);
        if (origins.putIfAbsent(step.to(), new Origin<>(state, step.action())) == null) {
          frontier.add(step.to());
        }
      }
    }
    return order.stream()
        .filter(stuck(order, predecessors, goal))
        .findFirst()
        .map(state -> new Outcome(order.size(), Optional.of("goal"), path(state, origins)))
        .orElseGet(() -> new Outcome(order.size(), Optional.empty(), List.of()));
  }

  /** States from which the goal is out of reach. */
  private static <S> Predicate<S> stuck(
      List<S> states, Map<S, List<S>> predecessors, Predicate<S> goal) {
    Map<S, Boolean> hopeful = new HashMap<>();
    ArrayDeque<S> backward = new ArrayDeque<>();
    for (S state : states) {
      if (goal.test(state)) {
        hopeful.put(state, true);
        backward.add(state);
      }
    }
    while (!backward.isEmpty()) {
      for (S before : predecessors.getOrDefault(backward.poll(), List.of())) {
        if (hopeful.putIfAbsent(before, true) == null) {
          backward.add(before);
        }
      }
    }
    return state -> !hopeful.containsKey(state);
  }

  private static <S> List<String> path(S state, Map<S, Origin<S>> origins) {
    LinkedList<String> path = new LinkedList<>();
    for (Origin<S> origin = origins.get(state);
        origin.from() != null;
        origin = origins.get(origin.from())) {
      path.addFirst(origin.action());
    }
    return path;
  }
}
