package io.lethe.cli.data;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * An account rated an item.
 *
 * @param rating on the source's own scale
 */
public record Interaction(String accountId, String itemId, double rating, Instant recordedAt) {
  /** Oldest first; ties by account and item, so that the order is the same everywhere. */
  public static final Comparator<Interaction> IN_TIME =
      Comparator.comparing(Interaction::recordedAt)
          .thenComparing(Interaction::accountId)
          .thenComparing(Interaction::itemId);

  public Interaction {
    Objects.requireNonNull(accountId, "accountId");
    Objects.requireNonNull(itemId, "itemId");
    Objects.requireNonNull(recordedAt, "recordedAt");
  }
}
