package io.lethe.accumulator.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A lifecycle declared as a table: what is not in it cannot happen.
 *
 * @param <S> the stages
 * @param <E> the events
 */
public final class TransitionTable<S extends Enum<S>, E extends Enum<E>> {
  /** One row. */
  public record Transition<S, E>(S from, E event, S to) {}

  private record Cause<S, E>(S from, E event) {}

  private final String subject;
  private final Map<Cause<S, E>, Transition<S, E>> rows;
  private final Consumer<Transition<S, E>> observer;

  private TransitionTable(
      String subject,
      Map<Cause<S, E>, Transition<S, E>> rows,
      Consumer<Transition<S, E>> observer) {
    this.subject = subject;
    this.rows = rows;
    this.observer = observer;
  }

  /** An empty table; the name of what it describes appears in errors. */
  static <S extends Enum<S>, E extends Enum<E>> TransitionTable<S, E> of(String subject) {
    return new TransitionTable<>(subject, new LinkedHashMap<>(), transition -> {});
  }

  /** Adds a row; a cause has one effect only. */
  TransitionTable<S, E> on(S from, E event, S to) {
    if (rows.put(new Cause<>(from, event), new Transition<>(from, event, to)) != null) {
      throw new IllegalArgumentException(
          "The lifecycle of a " + subject + " names " + from + " + " + event + " twice.");
    }
    return this;
  }

  /** The same table, telling the observer of each transition it makes. */
  public TransitionTable<S, E> observedBy(Consumer<Transition<S, E>> watcher) {
    return new TransitionTable<>(subject, rows, watcher);
  }

  /**
   * The stage that follows.
   *
   * @throws IllegalStateException when the table has no such row: a defect of the caller
   */
  public S next(S from, E event) {
    Transition<S, E> row = rows.get(new Cause<>(from, event));
    if (row == null) {
      throw new IllegalStateException(
          "Defect: a " + subject + " in stage " + from + " cannot meet " + event + ".");
    }
    observer.accept(row);
    return row.to();
  }

  /** Every row, in the order of declaration. */
  public List<Transition<S, E>> rows() {
    return List.copyOf(rows.values());
  }
}
