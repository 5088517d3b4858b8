package io.lethe.simulation;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the seeds have visited so far, all of them together. Thread-safe. */
public final class Coverage {
  private final Set<Object> transitions = ConcurrentHashMap.newKeySet();
  private final Map<Fault, LongAdder> faults = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> events = new ConcurrentHashMap<>();

  /** A row of some lifecycle's table was taken. */
  public void visited(Object transition) {
    transitions.add(transition);
  }

  /** A fault was brought about. */
  public void injected(Fault fault) {
    faults.computeIfAbsent(fault, missing -> new LongAdder()).increment();
  }

  /** Something worth counting happened. */
  public void count(String event) {
    events.computeIfAbsent(event, missing -> new LongAdder()).increment();
  }

  public boolean hasVisited(Object transition) {
    return transitions.contains(transition);
  }

  public int transitions() {
    return transitions.size();
  }

  /** How often each fault was brought about. */
  public Map<Fault, Long> faults() {
    Map<Fault, Long> counts = new TreeMap<>();
    faults.forEach((fault, count) -> counts.put(fault, count.sum()));
    return counts;
  }

  /** How often each counted event happened. */
  public Map<String, Long> events() {
    Map<String, Long> counts = new TreeMap<>();
    events.forEach((event, count) -> counts.put(event, count.sum()));
    return counts;
  }
}
