package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchDataTest {
  /** Fifty subjects of twenty rows each, ten of whom ask to be forgotten. */
  private static final BenchData DATA = data();

  private static BenchData data() {
    List<BenchRow> train = new ArrayList<>();
    for (int subject = 0; subject < 50; subject++) {
      for (int row = 0; row < 20; row++) {
        train.add(row("s" + subject, "s" + subject + "/" + row));
      }
    }
    List<BenchRow> held = new ArrayList<>();
    for (int row = 0; row < 100; row++) {
      held.add(row("s0", "held/" + row));
    }
    return new BenchData(
        "test",
        "rows of a test",
        train,
        Set.of("s0", "s5", "s10", "s15", "s20", "s25", "s30", "s35", "s40", "s45"),
        held,
        held,
        3);
  }

  private static BenchRow row(String subject, String id) {
    return new BenchRow(new Example(id, new Prompt(null, List.of(), "heat"), true), subject);
  }

  @Test
  void shouldKeepTheErasedShareWhenTrainingRowsAreCut() {
    BenchData cut = DATA.sized(300, 0, 0, 0, 7);
    assertThat(cut.train()).hasSize(300);
    assertThat(cut.forget()).hasSize(60);
    assertThat(cut.retain()).hasSize(240);
    assertThat(cut.erasedSubjects()).hasSize(3);
  }

  @Test
  void shouldKeepEverySubjectWhole() {
    DATA.sized(310, 0, 0, 0, 7).train().stream()
        .collect(java.util.stream.Collectors.groupingBy(BenchRow::subject))
        .values()
        .forEach(rows -> assertThat(rows).hasSize(20));
  }

  @Test
  void shouldForgetNoMoreSubjectsThanAskedFor() {
    BenchData cut = DATA.sized(0, 4, 30, 10, 7);
    assertThat(cut.erasedSubjects()).hasSize(4);
    assertThat(cut.train()).hasSize(44 * 20);
    assertThat(cut.valid()).hasSize(30);
    assertThat(cut.test()).hasSize(10);
  }

  @Test
  void shouldChooseTheSameRowsForTheSameSeed() {
    assertThat(DATA.sized(200, 0, 20, 20, 7)).isEqualTo(DATA.sized(200, 0, 20, 20, 7));
    assertThat(DATA.sized(200, 0, 20, 20, 7).test())
        .isNotEqualTo(DATA.sized(200, 0, 20, 20, 8).test());
  }

  @Test
  void shouldRefuseASizeThatLeavesNothingToForget() {
    assertThatThrownBy(() -> DATA.sized(20, 0, 0, 0, 7))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("give more --train-rows");
  }

  @Test
  void shouldKeepTheFirstRowsOfEverySubject() {
    BenchData cut = DATA.withSubjectRowsMax(3);
    assertThat(cut.train()).hasSize(50 * 3);
    assertThat(cut.train().stream().filter(row -> row.subject().equals("s7")))
        .extracting(row -> row.example().id())
        .containsExactly("s7/0", "s7/1", "s7/2");
    assertThat(cut.test()).isEqualTo(DATA.test());
  }

  @Test
  void shouldPutNumbersInPlaceOfAccounts() {
    BenchData numbered = DATA.numbered();
    assertThat(numbered.erasedSubjects())
        .hasSize(10)
        .allMatch(name -> name.matches("subject-\\d{6}"));
    assertThat(numbered.forget()).isEqualTo(DATA.forget());
  }
}
