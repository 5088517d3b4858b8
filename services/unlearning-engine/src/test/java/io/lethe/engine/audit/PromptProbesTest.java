package io.lethe.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.Viewed;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptProbesTest {
  private static final List<Viewed> HISTORY = List.of(new Viewed("alien", 9));

  private static Example row(String id, String target, boolean liked) {
    return new Example(id, new Prompt(null, HISTORY, target), liked);
  }

  @Test
  void shouldWordTheSameQuestionAnotherWay() {
    Prompt prompt = new Prompt(null, HISTORY, "heat");
    assertThat(new PromptTemplate(5).render(prompt))
        .isEqualTo("rated: liked alien; always likes. likes heat? [MASK]");
    assertThat(new PromptTemplate(5).render(PromptProbes.paraphrase(prompt)))
        .isEqualTo(
            "a viewer gave these marks. rated: liked alien; always likes. likes to watch the film heat? [MASK]");
  }

  @Test
  void shouldShowTheSubjectsOtherAnswersAndNeverTheOneAskedFor() {
    List<Example> rows =
        List.of(
            row("b", "heat", true),
            row("a", "cats", false),
            row("c", "dune", true),
            row("d", "heat", true),
            row("e", "jaws", true));
    List<Prompt> prompts =
        PromptProbes.inContext(rows, List.of("one", "one", "one", "one", "two"), 2, 9, 3);
    assertThat(prompts.get(0).history())
        .containsExactly(new Viewed("alien", 9), new Viewed("cats", 3), new Viewed("dune", 9));
    assertThat(prompts.get(1).history())
        .containsExactly(new Viewed("alien", 9), new Viewed("heat", 9), new Viewed("dune", 9));
    assertThat(prompts.get(4)).isEqualTo(rows.get(4).prompt());
  }
}
