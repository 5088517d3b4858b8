package io.lethe.engine;

import java.util.Objects;

/**
 * One earlier interaction as a prompt shows it.
 *
 * @param title of the item
 * @param rating as the subject gave it, on the scale of the data the recommender was tuned on
 */
public record Viewed(String title, double rating) {
  public Viewed {
    Objects.requireNonNull(title, "title");
  }
}
