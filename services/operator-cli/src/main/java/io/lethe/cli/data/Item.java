package io.lethe.cli.data;

import java.util.List;
import java.util.Objects;

/**
 * One thing that can be rated.
 *
 * @param title as prompts show it, without the year
 * @param genres most important first; may be empty
 * @param year of release, or null
 */
public record Item(String itemId, String title, List<String> genres, Integer year) {
  public Item {
    Objects.requireNonNull(itemId, "itemId");
    Objects.requireNonNull(title, "title");
    genres = List.copyOf(genres);
  }
}
