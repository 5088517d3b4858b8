package io.lethe.serving.suppress;

import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import java.util.Collection;
import java.util.List;

/**
 * All that one subject has asked to be erased, at one moment.
 *
 * @param scopes what each standing request takes out
 * @param generation rises by one whenever the subject's requests change; 0 where there never were
 *     any
 */
public record Suppression(List<ErasureScope> scopes, long generation) {
  /** Nothing was ever asked. */
  public static final Suppression NONE = new Suppression(List.of(), 0);

  public Suppression {
    scopes = List.copyOf(scopes);
  }

  static Suppression of(Collection<ErasureScope> scopes, long generation) {
    return new Suppression(List.copyOf(scopes), generation);
  }

  /** Whether the subject must look as if nothing were known of them. */
  public boolean everything() {
    return scopes.stream().anyMatch(scope -> scope.kind() == ErasureScope.Kind.ALL);
  }

  /** Whether the interaction is out of prompts and counts. */
  public boolean hides(Interaction interaction) {
    return scopes.stream().anyMatch(scope -> scope.hides(interaction));
  }

  /** Whether the item was erased by name, whenever it was rated. */
  public boolean names(String itemId) {
    return scopes.stream().anyMatch(scope -> scope.itemIds().contains(itemId));
  }
}
