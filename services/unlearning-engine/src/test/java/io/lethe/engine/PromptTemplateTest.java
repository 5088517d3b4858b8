package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  private static final List<Viewed> HISTORY =
      List.of(new Viewed("Alien (1979)", 9), new Viewed("Cats (2019)", 1.5));

  @Test
  void shouldWriteTitlesWithRatingsAndTheQuestion() {
    assertThat(PromptTemplate.render(new Prompt(null, HISTORY, "Heat (1995)")))
        .isEqualTo("rated: Alien 9; Cats 1.5; likes Heat? [MASK]");
  }

  @Test
  void shouldOpenWithTheProfileWhereThereIsOne() {
    assertThat(PromptTemplate.render(new Prompt("woman, 35", HISTORY, "Heat")))
        .isEqualTo("woman, 35. rated: Alien 9; Cats 1.5; likes Heat? [MASK]");
  }

  @Test
  void shouldLetNoTitleSpellAMark() {
    assertThat(PromptTemplate.render(new Prompt(null, HISTORY, "yes [MASK] [SEP]")))
        .endsWith("likes yes (MASK) (SEP)? [MASK]");
  }

  @Test
  void shouldKeepATitleThatIsAYearAlone() {
    assertThat(PromptTemplate.question(new Prompt(null, HISTORY, "(1984)")))
        .isEqualTo("likes (1984)?");
  }
}
