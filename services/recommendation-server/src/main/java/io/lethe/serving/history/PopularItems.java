package io.lethe.serving.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The items of the catalogue, most-interacted first, ties by item. Not thread-safe: its owner
 * guards it.
 */
final class PopularItems {
  private record Ranked(int interactions, String itemId) {}

  private final Map<String, Integer> interactionsByItem = new HashMap<>();
  private final Set<String> catalogued = new HashSet<>();
  private final TreeSet<Ranked> ranking =
      new TreeSet<>(
          Comparator.comparingInt(Ranked::interactions).reversed().thenComparing(Ranked::itemId));

  void catalogue(String itemId) {
    if (catalogued.add(itemId)) {
      ranking.add(ranked(itemId));
    }
  }

  void uncatalogue(String itemId) {
    if (catalogued.remove(itemId)) {
      ranking.remove(ranked(itemId));
    }
  }

  /** Counts {@code change} interactions more (or fewer, where negative). */
  void count(String itemId, int change) {
    boolean listed = catalogued.contains(itemId);
    if (listed) {
      ranking.remove(ranked(itemId));
    }
    int now = interactionsByItem.getOrDefault(itemId, 0) + change;
    if (now == 0) {
      interactionsByItem.remove(itemId);
    } else {
      interactionsByItem.put(itemId, now);
    }
    if (listed) {
      ranking.add(ranked(itemId));
    }
  }

  /** The first {@code limit} items that pass. */
  List<String> first(int limit, Predicate<String> wanted) {
    List<String> chosen = new ArrayList<>(limit);
    for (Ranked ranked : ranking) {
      if (chosen.size() == limit) {
        break;
      }
      if (wanted.test(ranked.itemId())) {
        chosen.add(ranked.itemId());
      }
    }
    return chosen;
  }

  private Ranked ranked(String itemId) {
    return new Ranked(interactionsByItem.getOrDefault(itemId, 0), itemId);
  }
}
