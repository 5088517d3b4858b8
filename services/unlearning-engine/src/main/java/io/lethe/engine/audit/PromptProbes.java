package io.lethe.engine.audit;

import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Other ways to ask what a forgotten row asks. Unlearning that only learnt to answer one wording
 * otherwise gives itself away here (Doshi and Stickland, 2024).
 */
public final class PromptProbes {
  private static final String OPENING = "a viewer gave these marks";
  private static final String QUESTION = "to watch the film ";

  private PromptProbes() {}

  /** The same question in a second wording: another opening and another way to name the item. */
  public static Prompt paraphrase(Prompt prompt) {
    String profile =
        prompt.profile() == null || prompt.profile().isBlank()
            ? OPENING
            : prompt.profile() + ", " + OPENING;
    return new Prompt(profile, prompt.history(), QUESTION + prompt.target());
  }

  /**
   * The same question after a few answered ones of the same subject: rows other than the one asked,
   * written into the history with the rating that their answer stands for. Tells the most a
   * black-box attacker can who knows some of a subject's data.
   *
   * @param rows rows in question
   * @param subjects whose row each one is
   * @param shots answered rows shown at most, the subject's first ones by id
   * @param likedRating rating that stands for a yes
   * @param dislikedRating rating that stands for a no
   */
  public static List<Prompt> inContext(
      List<Example> rows,
      List<String> subjects,
      int shots,
      double likedRating,
      double dislikedRating) {
    Map<String, List<Example>> bySubject = new HashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      bySubject.computeIfAbsent(subjects.get(row), name -> new ArrayList<>()).add(rows.get(row));
    }
    bySubject.values().forEach(PromptProbes::sortById);
    List<Prompt> prompts = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      Example asked = rows.get(row);
      Stream<Viewed> shown =
          others(bySubject.get(subjects.get(row)), asked)
              .limit(shots)
              .map(
                  other ->
                      new Viewed(
                          other.prompt().target(), other.liked() ? likedRating : dislikedRating));
      // Last in the history, since the oldest entries are dropped where a prompt grows too long.
      List<Viewed> history = Stream.concat(asked.prompt().history().stream(), shown).toList();
      prompts.add(new Prompt(asked.prompt().profile(), history, asked.prompt().target()));
    }
    return prompts;
  }

  private static Stream<Example> others(Collection<Example> ofSubject, Example asked) {
    return ofSubject.stream()
        .filter(other -> !other.id().equals(asked.id()))
        .filter(other -> !other.prompt().target().equals(asked.prompt().target()));
  }

  private static void sortById(List<Example> rows) {
    rows.sort(java.util.Comparator.comparing(Example::id));
  }
}
