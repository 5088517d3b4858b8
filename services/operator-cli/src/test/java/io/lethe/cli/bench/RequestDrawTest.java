package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RequestDrawTest {
  /**
   * Ninety subjects: thirty of 2 + 1 rows, thirty of 6, thirty of 12; and ten of 2, never drawn.
   */
  private static final List<BenchRow> TRAIN = train();

  private static List<BenchRow> train() {
    List<BenchRow> train = new ArrayList<>();
    for (int subject = 0; subject < 30; subject++) {
      add(train, "few-" + subject, 3);
      add(train, "middling-" + subject, 6);
      add(train, "many-" + subject, 12);
    }
    for (int subject = 0; subject < 10; subject++) {
      add(train, "hardly-" + subject, 2);
    }
    return train;
  }

  /** Rows whose prompts show the two titles before. */
  private static void add(List<BenchRow> train, String subject, int rows) {
    for (int row = 0; row < rows; row++) {
      List<Viewed> history = new ArrayList<>();
      for (int seen = Math.max(0, row - 2); seen < row; seen++) {
        history.add(new Viewed("title " + seen, 4));
      }
      train.add(
          new BenchRow(
              new Example(subject + "/" + row, new Prompt(null, history, "title " + row), true),
              subject));
    }
  }

  private static List<ErasureRequest> drawn(int count, boolean disjoint, long seed) {
    return new RequestDraw(TRAIN, disjoint, seed).draw(count);
  }

  @Test
  void shouldDrawTheSameRequestsForTheSameSeed() {
    assertThat(drawn(20, false, 7)).isEqualTo(drawn(20, false, 7));
    assertThat(drawn(20, false, 7)).isNotEqualTo(drawn(20, false, 8));
  }

  @Test
  void shouldAskForOneTwoFourAndEightSubjectsInTurn() {
    assertThat(drawn(9, false, 7))
        .extracting(request -> request.subjects().size())
        .containsExactly(1, 2, 4, 8, 1, 2, 4, 8, 1);
    assertThat(drawn(9, false, 7))
        .extracting(ErasureRequest::number)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void shouldTakeSingleSubjectsOfEveryThirdInTurn() {
    List<ErasureRequest> requests = drawn(12, false, 7);
    assertThat(kindAndPrefix(requests.get(0))).isEqualTo("low few");
    assertThat(kindAndPrefix(requests.get(4))).isEqualTo("middle middling");
    assertThat(kindAndPrefix(requests.get(8))).isEqualTo("high many");
    assertThat(requests.get(0).erased()).hasSize(3);
    assertThat(requests.get(4).erased()).hasSize(6);
    assertThat(requests.get(8).erased()).hasSize(12);
  }

  private static String kindAndPrefix(ErasureRequest request) {
    String subject = request.subjects().iterator().next();
    return request.kind().label() + " " + subject.substring(0, subject.indexOf('-'));
  }

  @Test
  void shouldTakeBackOneInteractionWithEveryFourthSingleSubject() {
    List<ErasureRequest> requests = drawn(32, false, 7);
    assertThat(requests)
        .filteredOn(request -> request.kind() == ErasureRequest.Kind.INTERACTION)
        .extracting(ErasureRequest::number)
        .containsExactly(13, 29);
    for (int number : new int[] {13, 29}) {
      List<BenchRow> erased = requests.get(number - 1).erased();
      String title = erased.get(0).example().prompt().target();
      assertThat(erased).hasSizeBetween(1, 3);
      assertThat(erased.subList(1, erased.size()))
          .allMatch(
              row ->
                  row.example().prompt().history().stream()
                      .anyMatch(viewed -> viewed.title().equals(title)));
    }
  }

  @Test
  void shouldExpandAnInteractionByThePromptsThatShowIt() {
    List<BenchRow> ofSubject =
        TRAIN.stream().filter(row -> row.subject().equals("middling-4")).toList();
    assertThat(RequestDraw.expanded(ofSubject, ofSubject.get(1)))
        .extracting(row -> row.example().id())
        .containsExactly("middling-4/1", "middling-4/2", "middling-4/3");
    assertThat(RequestDraw.expanded(ofSubject, ofSubject.get(5)))
        .extracting(row -> row.example().id())
        .containsExactly("middling-4/5");
  }

  @Test
  void shouldNeverDrawSubjectsOfFewerThanThreeRows() {
    assertThat(drawn(60, false, 7))
        .flatExtracting(ErasureRequest::subjects)
        .noneMatch(subject -> subject.startsWith("hardly"));
  }

  @Test
  void shouldDrawNoSubjectTwiceWhereRequestsFollowOneAnother() {
    List<String> subjects =
        drawn(12, true, 7).stream().flatMap(one -> one.subjects().stream()).toList();
    assertThat(subjects).hasSize(45).doesNotHaveDuplicates();
  }

  @Test
  void shouldNeverEraseMoreThanAQuarterAtOnce() {
    List<BenchRow> train = new ArrayList<>();
    add(train, "heavy", 40);
    for (int subject = 0; subject < 20; subject++) {
      add(train, "light-" + subject, 3);
    }
    List<ErasureRequest> requests = new RequestDraw(train, false, 7).draw(4);
    Set<String> drawn = new HashSet<>();
    requests.forEach(request -> drawn.addAll(request.subjects()));
    assertThat(drawn).doesNotContain("heavy");
    assertThat(requests.stream().mapToInt(one -> one.erased().size()).max().orElseThrow())
        .isEqualTo(24);
  }

  @Test
  void shouldLeaveRoomForTheSubjectsStillToCome() {
    List<BenchRow> train = new ArrayList<>();
    for (int subject = 0; subject < 8; subject++) {
      add(train, "heavy-" + subject, 12);
      add(train, "light-" + subject, 4);
    }
    // Eight light ones take all 32 rows, so that not one heavy one has room beside seven others.
    for (long seed = 0; seed < 20; seed++) {
      assertThat(new RequestDraw(train, false, seed).draw(4).get(3).subjects())
          .hasSize(8)
          .allMatch(subject -> subject.startsWith("light"));
    }
  }

  @Test
  void shouldSayHowManySubjectsARequestLacks() {
    List<BenchRow> train =
        TRAIN.stream()
            .filter(row -> Set.of("few-1", "few-2", "many-3").contains(row.subject()))
            .collect(Collectors.toList());
    assertThatThrownBy(() -> new RequestDraw(train, false, 7).draw(2))
        .isInstanceOf(CliException.class)
        .hasMessage(
            "request 2 finds no 2 subjects of 3 rows or more each and 4 rows at most together; give"
                + " more --train-rows, fewer --requests, or a lower --subject-rows-max.");
  }
}
