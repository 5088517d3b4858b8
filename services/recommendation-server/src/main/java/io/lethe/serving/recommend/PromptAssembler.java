package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.history.SubjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes prompts as training made them: the last {@code historyMax} interactions in time order,
 * oldest first, and never the target itself, which no training history held either.
 */
public final class PromptAssembler {
  private final int historyMax;

  public PromptAssembler(int historyMax) {
    this.historyMax = historyMax;
  }

  /**
   * The question whether the subject would like the target.
   *
   * @param title gives an item's title by its id
   */
  public Prompt assemble(SubjectView view, String targetItemId, UnaryOperator<String> title) {
    List<Interaction> shown =
        view.history().stream()
            .filter(interaction -> !interaction.itemId().equals(targetItemId))
            .toList();
    List<Viewed> history = new ArrayList<>(historyMax);
    for (Interaction interaction :
        shown.subList(Math.max(0, shown.size() - historyMax), shown.size())) {
      history.add(new Viewed(title.apply(interaction.itemId()), interaction.rating()));
    }
    return new Prompt(view.profile(), history, title.apply(targetItemId));
  }
}
