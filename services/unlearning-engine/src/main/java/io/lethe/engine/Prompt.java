package io.lethe.engine;

import java.util.List;
import java.util.Objects;

/**
 * What the recommender is asked: would the subject who rated {@code history} like {@code target}?
 *
 * @param profile words about the subject, or null
 * @param history earlier interactions, oldest first; the oldest are dropped where the text would
 *     grow too long
 * @param target title of the item in question
 */
public record Prompt(String profile, List<Viewed> history, String target) {
  public Prompt {
    history = List.copyOf(history);
    Objects.requireNonNull(target, "target");
  }
}
