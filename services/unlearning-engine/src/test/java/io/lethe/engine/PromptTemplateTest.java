package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTemplateTest {
  private static final List<Viewed> HISTORY =
      List.of(new Viewed("Alien (1979)", 9), new Viewed("Cats (2019)", 1.5));

  private static final PromptTemplate TEMPLATE = new PromptTemplate(5);

  @Test
  void shouldWriteTitlesWithWhatWasLikedAndTheQuestion() {
    assertThat(TEMPLATE.render(new Prompt(null, HISTORY, "Heat (1995)")))
        .isEqualTo("rated: liked Alien; disliked Cats; sometimes likes. likes Heat? [MASK]");
  }

  @Test
  void shouldOpenWithTheProfileWhereThereIsOne() {
    assertThat(TEMPLATE.render(new Prompt("woman, 35", HISTORY, "Heat")))
        .isEqualTo(
            "woman, 35. rated: liked Alien; disliked Cats; sometimes likes. likes Heat? [MASK]");
  }

  @Test
  void shouldSayNothingOfAHistoryThatIsEmpty() {
    assertThat(TEMPLATE.render(new Prompt(null, List.of(), "Heat")))
        .isEqualTo("rated: likes Heat? [MASK]");
  }

  @ParameterizedTest
  @CsvSource({
    "0,never",
    "1,rarely",
    "2,rarely",
    "3,sometimes",
    "5,sometimes",
    "6,usually",
    "8,usually",
    "9,always",
    "10,always"
  })
  void shouldSayInAWordHowOftenTheSubjectLikes(int liked, String word) {
    List<Viewed> history =
        IntStream.range(0, 10).mapToObj(i -> new Viewed("Alien", i < liked ? 6 : 5)).toList();
    assertThat(TEMPLATE.question(new Prompt(null, history, "Heat")))
        .isEqualTo(word + " likes. likes Heat?");
  }

  @Test
  void shouldLetNoTitleSpellAMark() {
    assertThat(TEMPLATE.render(new Prompt(null, HISTORY, "yes [MASK] [SEP]")))
        .endsWith("likes yes (MASK) (SEP)? [MASK]");
  }

  @Test
  void shouldKeepATitleThatIsAYearAlone() {
    assertThat(TEMPLATE.question(new Prompt(null, List.of(), "(1984)"))).isEqualTo("likes (1984)?");
  }

  @Test
  void shouldWriteRatingsAsNumbersWhereNothingSaysWhatWasLiked() {
    assertThat(PromptTemplate.NUMBERS.render(new Prompt(null, HISTORY, "Heat (1995)")))
        .isEqualTo("rated: Alien 9; Cats 1.5; likes Heat? [MASK]");
  }

  @Test
  void shouldFindItselfAgainByItsId() {
    assertThat(PromptTemplate.of(PromptTemplate.NUMBERS.id())).isEqualTo(PromptTemplate.NUMBERS);
    assertThat(new PromptTemplate(3).id()).isEqualTo("usually-likes/1>3");
    assertThat(PromptTemplate.of(new PromptTemplate(7.5).id())).isEqualTo(new PromptTemplate(7.5));
    assertThat(PromptTemplate.of(new PromptTemplate(-1).id())).isEqualTo(new PromptTemplate(-1));
  }

  @Test
  void shouldFindItsStrategyAgainByItsId() {
    PromptTemplate similar = new PromptTemplate(3, PromptStrategy.of("similar:10"));
    assertThat(similar.id()).isEqualTo("usually-likes/1>3+similar:10");
    assertThat(PromptTemplate.of(similar.id())).isEqualTo(similar);
    PromptTemplate numbers = new PromptTemplate(Double.NaN, PromptStrategy.of("similar:4"));
    assertThat(PromptTemplate.of(numbers.id())).isEqualTo(numbers);
  }

  @Test
  void shouldAskADemonstrationAsItAsksTheQuestion() {
    assertThat(TEMPLATE.demonstration(HISTORY.get(0))).isEqualTo("likes Alien? yes;");
    assertThat(TEMPLATE.demonstration(HISTORY.get(1))).isEqualTo("likes Cats? no;");
  }

  @Test
  void shouldRefuseDemonstrationsWhereNothingSaysWhatWasLiked() {
    PromptStrategy demonstrations = PromptStrategy.of("demonstrations:2");
    assertThatThrownBy(() -> new PromptTemplate(Double.NaN, demonstrations))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("give likedAbove");
  }

  @Test
  void shouldRefuseAnotherWordingWithTheRemedy() {
    assertThatThrownBy(() -> PromptTemplate.of("rated-likes/0"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("rated-likes/0")
        .hasMessageContaining("tune it again");
  }
}
