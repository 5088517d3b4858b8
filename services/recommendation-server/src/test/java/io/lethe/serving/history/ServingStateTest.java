package io.lethe.serving.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServingStateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final ServingState state = new ServingState(new StateLimits(10, 10, 20, 10));

  @BeforeEach
  void rateAFewItems() {
    for (String item : List.of("a", "b", "c", "d")) {
      state.putItem(item, "Title " + item);
    }
    rate("ada", "b", 20);
    rate("ada", "a", 10);
    rate("ben", "b", 10);
    rate("ben", "c", 20);
    rate("cleo", "b", 10);
    rate("cleo", "a", 20);
  }

  @Test
  void shouldShowAHistoryInTimeOrderWithTiesByItem() {
    rate("ada", "d", 10);
    assertThat(itemsShown("ada")).containsExactly("a", "d", "b");
  }

  @Test
  void shouldKeepTheLatestRatingOfAnItem() {
    state.putInteraction("ada", new Interaction("a", 1, START.plusSeconds(30)));
    assertThat(state.view("ada").history())
        .containsExactly(
            new Interaction("b", 4, START.plusSeconds(20)),
            new Interaction("a", 1, START.plusSeconds(30)));
  }

  @Test
  void shouldMakeAnErasedSubjectLookLikeOneNobodyKnows() {
    state.putProfile("ada", "a teacher");
    state.suppress("r1", "ada", ErasureScope.all());
    SubjectView erased = state.view("ada");
    SubjectView unknown = state.view("nobody");
    assertThat(erased.profile()).isEqualTo(unknown.profile()).isNull();
    assertThat(erased.history()).isEqualTo(unknown.history()).isEmpty();
    assertThat(erased.personal()).isEqualTo(unknown.personal()).isFalse();
    assertThat(state.retrieve("ada", 10)).isEqualTo(state.retrieve("nobody", 10));
    assertThat(state.withoutErased("ada", List.of("a", "b"))).containsExactly("a", "b");
  }

  @Test
  void shouldNotLetLateInteractionsOfAnErasedSubjectIn() {
    state.suppress("r1", "ada", ErasureScope.all());
    rate("ada", "c", 99);
    state.putProfile("ada", "a teacher");
    assertThat(state.view("ada").personal()).isFalse();
    // c would be ahead of a, had the late interaction counted.
    assertThat(state.retrieve("nobody", 3)).containsExactly("b", "a", "c");
  }

  @Test
  void shouldSuppressASubjectWhoIsHeardOfOnlyLater() {
    state.suppress("r1", "dora", ErasureScope.all());
    rate("dora", "a", 1);
    assertThat(state.view("dora").personal()).isFalse();
  }

  @Test
  void shouldTakeErasedItemsOutOfTheHistoryAndOutOfTheCandidates() {
    state.putProfile("ada", "a teacher");
    state.suppress("r1", "ada", ErasureScope.items(Set.of("a", "d")));
    assertThat(itemsShown("ada")).containsExactly("b");
    assertThat(state.view("ada").profile()).isEqualTo("a teacher");
    assertThat(state.retrieve("ada", 10)).containsExactly("c");
    assertThat(state.withoutErased("ada", List.of("a", "b", "c", "d"))).containsExactly("b", "c");
  }

  @Test
  void shouldKeepAnErasedItemOutAfterItsTombstone() {
    state.suppress("r1", "ada", ErasureScope.items(Set.of("a")));
    state.removeInteraction("ada", "a");
    assertThat(state.retrieve("ada", 10)).containsExactly("c", "d");
  }

  @Test
  void shouldTakeATimeRangeOutOfTheHistoryAndItsItemsOutOfTheCandidates() {
    state.suppress("r1", "ada", ErasureScope.timeRange(START, START.plusSeconds(20)));
    assertThat(itemsShown("ada")).containsExactly("b");
    assertThat(state.retrieve("ada", 10)).containsExactly("c", "d");
    assertThat(state.withoutErased("ada", List.of("a", "c"))).containsExactly("c");
  }

  @Test
  void shouldNotCountWhatIsSuppressed() {
    assertThat(state.retrieve("nobody", 10)).containsExactly("b", "a", "c", "d");
    state.suppress("r1", "ada", ErasureScope.all());
    state.suppress("r2", "cleo", ErasureScope.items(Set.of("a")));
    assertThat(state.retrieve("nobody", 10)).containsExactly("b", "c", "a", "d");
  }

  @Test
  void shouldBringEverythingBackWhenTheRequestIsWithdrawn() {
    SubjectView before = state.view("ada");
    state.suppress("r1", "ada", ErasureScope.all());
    state.lift("r1");
    assertThat(state.view("ada").history()).isEqualTo(before.history());
    assertThat(state.retrieve("nobody", 10)).containsExactly("b", "a", "c", "d");
    assertThat(state.suppressedSubjects()).isZero();
  }

  @Test
  void shouldTellThatAViewNoLongerStandsOnceARequestCame() {
    SubjectView view = state.view("ada");
    assertThat(state.stands("ada", view)).isTrue();
    state.suppress("r1", "ben", ErasureScope.all());
    assertThat(state.stands("ada", view)).isTrue();
    state.suppress("r2", "ada", ErasureScope.items(Set.of("z")));
    assertThat(state.stands("ada", view)).isFalse();
  }

  @Test
  void shouldForgetWhatIsTombstoned() {
    state.putProfile("ada", "a teacher");
    state.removeInteraction("ada", "a");
    state.removeInteraction("ada", "b");
    state.removeInteraction("ada", "never-rated");
    state.putProfile("ada", null);
    state.removeItem("b");
    assertThat(state.view("ada").personal()).isFalse();
    assertThat(state.title("b")).isEmpty();
    assertThat(state.retrieve("nobody", 10)).containsExactly("a", "c", "d");
  }

  @Test
  void shouldRecommendOnlyWhatTheCatalogueHolds() {
    rate("ben", "not-catalogued", 30);
    assertThat(state.retrieve("nobody", 10)).containsExactly("b", "a", "c", "d");
    state.putItem("not-catalogued", "Known at last");
    assertThat(state.retrieve("nobody", 10)).containsExactly("b", "a", "c", "not-catalogued", "d");
  }

  @Test
  void shouldNameTheKeyToRaiseWhenALimitIsPassed() {
    assertThat(state.exceeded()).isEmpty();
    for (int item = 0; item < 6; item++) {
      state.putItem("more-" + item, "More");
    }
    assertThat(state.exceeded()).isEmpty();
    state.putItem("a", "Replaced, which needs no room");
    assertThat(state.exceeded()).isEmpty();
    state.putItem("one-too-many", "More");
    assertThat(state.exceeded())
        .hasValue("More than 10 entries: raise lethe.items-max and the heap, then restart.");
    assertThat(state.title("one-too-many")).isEmpty();
  }

  @Test
  void shouldNameTheKeyOfEveryLimit() {
    ServingState subjects = new ServingState(new StateLimits(9, 1, 9, 9));
    subjects.putProfile("ada", "a");
    subjects.putProfile("ben", "b");
    assertThat(subjects.exceeded().orElseThrow()).contains("lethe.subjects-max");
    ServingState interactions = new ServingState(new StateLimits(9, 9, 1, 9));
    interactions.putInteraction("ada", new Interaction("a", 1, START));
    interactions.putInteraction("ada", new Interaction("b", 1, START));
    assertThat(interactions.exceeded().orElseThrow()).contains("lethe.interactions-max");
    ServingState requests = new ServingState(new StateLimits(9, 9, 9, 1));
    requests.suppress("r1", "ada", ErasureScope.all());
    requests.lift("r2");
    assertThat(requests.exceeded().orElseThrow()).contains("lethe.requests-max");
  }

  private void rate(String subjectRef, String itemId, int second) {
    state.putInteraction(subjectRef, new Interaction(itemId, 4, START.plusSeconds(second)));
  }

  private List<String> itemsShown(String subjectRef) {
    return state.view(subjectRef).history().stream().map(Interaction::itemId).toList();
  }
}
