package io.lethe.serving.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * One rating of one item, without its subject.
 *
 * @param itemId the catalogue's identifier of the item
 * @param rating rating on the source's own scale
 * @param recordedAt when the person rated the item
 */
public record Interaction(String itemId, double rating, Instant recordedAt) {
  /** The order in which training shows a history: by time, ties by item. */
  public static final Comparator<Interaction> TIME_ORDER =
      Comparator.comparing(Interaction::recordedAt).thenComparing(Interaction::itemId);

  public Interaction {
    Objects.requireNonNull(itemId, "itemId");
    Objects.requireNonNull(recordedAt, "recordedAt");
  }
}
