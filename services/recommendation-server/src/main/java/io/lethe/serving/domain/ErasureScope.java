package io.lethe.serving.domain;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * What a deletion request takes out of the prompts of its subject.
 *
 * @param kind which of the other components applies
 * @param itemIds the items, when kind is ITEMS; empty otherwise
 * @param from first instant erased (inclusive), when kind is TIME_RANGE; null means no lower end
 * @param until first instant kept (exclusive), when kind is TIME_RANGE; null means no upper end
 */
public record ErasureScope(Kind kind, Set<String> itemIds, Instant from, Instant until) {
  /** The three ways to say what is erased. */
  public enum Kind {
    ALL,
    ITEMS,
    TIME_RANGE
  }

  public ErasureScope {
    Objects.requireNonNull(kind, "kind");
    itemIds = Set.copyOf(itemIds);
  }

  /** Everything the subject has. */
  public static ErasureScope all() {
    return new ErasureScope(Kind.ALL, Set.of(), null, null);
  }

  /** Some items, whenever they were rated. */
  public static ErasureScope items(Set<String> itemIds) {
    return new ErasureScope(Kind.ITEMS, itemIds, null, null);
  }

  /** What was rated from {@code from} (inclusive) until {@code until} (exclusive). */
  public static ErasureScope timeRange(Instant from, Instant until) {
    return new ErasureScope(Kind.TIME_RANGE, Set.of(), from, until);
  }

  /** Whether the interaction must not be shown, nor counted, any more. */
  public boolean hides(Interaction interaction) {
    return switch (kind) {
      case ALL -> true;
      case ITEMS -> itemIds.contains(interaction.itemId());
      case TIME_RANGE ->
          (from == null || !interaction.recordedAt().isBefore(from))
              && (until == null || interaction.recordedAt().isBefore(until));
    };
  }
}
