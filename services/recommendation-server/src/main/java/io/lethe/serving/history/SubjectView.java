package io.lethe.serving.history;

import io.lethe.serving.domain.Interaction;
import java.util.List;

/**
 * What a prompt may show of one subject at one moment. A subject nobody knows and one who is
 * suppressed altogether have the same view, save for its generation.
 *
 * @param profile words about the subject, or null
 * @param history interactions that may be shown, in training's order, oldest first
 * @param generation changes whenever the subject's deletion requests change: an answer computed
 *     from an older view must not be given
 */
public record SubjectView(String profile, List<Interaction> history, long generation) {
  public SubjectView {
    history = List.copyOf(history);
  }

  /** Whether a prompt made from this view says anything of the subject. */
  public boolean personal() {
    return profile != null || !history.isEmpty();
  }
}
