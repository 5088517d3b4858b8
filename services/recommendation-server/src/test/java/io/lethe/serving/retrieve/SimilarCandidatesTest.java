package io.lethe.serving.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.FakeScoringEngine;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Items are letters, and lie the nearer the nearer they are in the alphabet. */
class SimilarCandidatesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ServingState state = new ServingState(new StateLimits(100, 100, 100, 100));
  private final ItemIndexer indexer = new ItemIndexer(new FakeScoringEngine(), 26);
  private final SimilarCandidates source = new SimilarCandidates(state, indexer, 2, 100);

  @BeforeEach
  void catalogueTheAlphabet() throws InterruptedException {
    for (char letter = 'a'; letter <= 'z'; letter++) {
      put(String.valueOf(letter), String.valueOf(letter));
    }
    indexer.awaitIdle();
    rate("popular", "a", 5, 1);
    rate("popular", "b", 5, 2);
  }

  @AfterEach
  void stop() {
    indexer.close();
  }

  @Test
  void shouldChooseTheUnseenNeighboursOfWhatWasLikedNearestFirst() {
    rate("ada", "m", 5, 1);
    assertThat(candidates("ada", 4)).containsExactlyInAnyOrder("l", "n", "k", "o");
    assertThat(candidates("ada", 2)).containsExactlyInAnyOrder("l", "n");
  }

  @Test
  void shouldAskWithWhatWasLikedLatelyAlone() {
    rate("ada", "z", 5, 1);
    rate("ada", "c", 5, 2);
    rate("ada", "e", 5, 3);
    rate("ada", "y", 1, 4);
    assertThat(candidates("ada", 1)).containsExactly("d");
  }

  @Test
  void shouldFallBackOnPopularItemsForWhoShowsNothing() {
    assertThat(candidates("nobody", 2)).containsExactly("a", "b");
  }

  @Test
  void shouldLetNothingErasedSteerOrAppear() {
    rate("ada", "m", 5, 1);
    rate("ada", "d", 5, 2);
    state.suppress("r1", "ada", ErasureScope.items(Set.of("m", "e")));
    assertThat(candidates("ada", 3)).containsExactlyInAnyOrder("c", "b", "f");
    state.suppress("r2", "ada", ErasureScope.all());
    assertThat(candidates("ada", 3)).isEqualTo(candidates("nobody", 3));
  }

  @Test
  void shouldFollowTheCatalogue() throws InterruptedException {
    rate("ada", "m", 5, 1);
    put("n", null);
    put("l", "z");
    indexer.awaitIdle();
    assertThat(candidates("ada", 2)).containsExactlyInAnyOrder("k", "o");
    assertThat(indexer.indexed()).isEqualTo(25);
  }

  @Test
  void shouldFillUpWithPopularItemsBeyondTheIndexesLimit() throws InterruptedException {
    put("0", "a");
    indexer.awaitIdle();
    assertThat(indexer.indexed()).isEqualTo(26);
    rate("ada", "m", 5, 1);
    assertThat(candidates("ada", 26)).hasSize(26).contains("0").doesNotContain("m");
  }

  private List<String> candidates(String subjectRef, int limit) {
    return source.candidates(subjectRef, state.view(subjectRef), limit);
  }

  private void put(String itemId, String title) {
    if (title == null) {
      state.removeItem(itemId);
    } else {
      state.putItem(itemId, title);
    }
    indexer.change(itemId, title);
  }

  private void rate(String subjectRef, String itemId, double rating, int second) {
    state.putInteraction(subjectRef, new Interaction(itemId, rating, START.plusSeconds(second)));
  }
}
