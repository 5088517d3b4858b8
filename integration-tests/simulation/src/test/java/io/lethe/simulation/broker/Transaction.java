package io.lethe.simulation.broker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A transaction of one producer, as the coordinator holds it. */
final class Transaction {
  private enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  private final Instant begunAt;
  private final Set<Partition> partitions = new LinkedHashSet<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final List<Runnable> onCommit = new ArrayList<>();
  private State state = State.OPEN;

  Transaction(Instant begunAt) {
    this.begunAt = begunAt;
  }

  Instant begunAt() {
    return begunAt;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isCommitted() {
    return state == State.COMMITTED;
  }

  void touch(Partition partition) {
    partitions.add(partition);
  }

  /** Positions by group and source, pending until the end. */
  Map<String, Long> offsets() {
    return offsets;
  }

  /** A change of what is kept beside the topics, here the changelogs of state stores. */
  void onCommit(Runnable change) {
    onCommit.add(change);
  }

  void end(boolean commit, Instant now) {
    state = commit ? State.COMMITTED : State.ABORTED;
    if (commit) {
      onCommit.forEach(Runnable::run);
    }
    partitions.forEach(partition -> partition.mark(this, now));
  }
}
