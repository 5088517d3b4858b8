package io.lethe.simulation.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A group of consumers that share sources among themselves, each source held by one member. */
public final class ConsumerGroup {
  /** What a member holds, and since which rebalance. */
  public record Assignment(int generation, Set<String> sources) {}

  private static final Duration SESSION = Duration.ofSeconds(10);

  private final String name;
  private final List<String> sources;
  private final TreeMap<String, Instant> heartbeats = new TreeMap<>();
  private final Map<String, Set<String>> assigned = new HashMap<>();
  private int generation;

  ConsumerGroup(String name, List<String> sources) {
    this.name = name;
    this.sources = sources;
  }

  String name() {
    return name;
  }

  /** A member's poll: it joins where it is not known, and learns what it holds. */
  public Assignment poll(String member, Instant now) {
    if (heartbeats.put(member, now) == null) {
      rebalance();
    }
    return new Assignment(generation, assigned.get(member));
  }

  /** A member says goodbye. */
  public void leave(String member) {
    if (heartbeats.remove(member) != null) {
      rebalance();
    }
  }

  /** Takes every source away and gives it out anew. */
  public void rebalance() {
    generation++;
    assigned.clear();
    List<String> members = new ArrayList<>(heartbeats.keySet());
    members.forEach(member -> assigned.put(member, new TreeSet<>()));
    for (int index = 0; index < sources.size() && !members.isEmpty(); index++) {
      // Another start each time, so that sources move.
      String member = members.get((index + generation) % members.size());
      assigned.get(member).add(sources.get(index));
    }
  }

  void expire(Instant now) {
    List<String> gone =
        heartbeats.entrySet().stream()
            .filter(entry -> entry.getValue().plus(SESSION).isBefore(now))
            .map(Map.Entry::getKey)
            .toList();
    if (!gone.isEmpty()) {
      gone.forEach(heartbeats::remove);
      rebalance();
    }
  }

  /** Refuses whoever is not of the present generation. */
  void require(String member, int memberGeneration) {
    if (memberGeneration != generation || !heartbeats.containsKey(member)) {
      throw new FencedException(
          member + " of generation " + memberGeneration + " is no longer in " + name);
    }
  }
}
