package io.lethe.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.Prompt;
import io.lethe.engine.PromptStrategy;
import io.lethe.engine.Viewed;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.Lease;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.model.Versions;
import io.lethe.serving.recommend.Recommendation.RankedItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationMakerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ManualClock clock = new ManualClock();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine);
  private final ServingState state = new ServingState(new StateLimits(100, 100, 100, 100));
  private final RecommendationMaker maker =
      new RecommendationMaker(state, new PromptAssembler(2), 3);
  private final List<Prompt> asked = new ArrayList<>();
  private final AdapterSwapper swapper =
      new AdapterSwapper(
          engine,
          slot,
          new SlotLifecycle(),
          alarm,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
          clock,
          new SwapObserver() {
            @Override
            public void switched(AdapterSlot.Serving serving, Duration took) {}

            @Override
            public void refused(Refusal refusal) {
              throw new AssertionError(refusal);
            }
          });

  @BeforeEach
  void serveAndRate() {
    swapper.announce(Versions.version(1, "one", Set.of()));
    alarm.runDue();
    for (String item : List.of("a", "b", "c", "d", "e")) {
      state.putItem(item, "Title " + item);
    }
    state.putProfile("ada", "a teacher");
    rate("ada", "c", 3, 30);
    rate("ada", "a", 1, 10);
    rate("ada", "b", 2, 20);
    engine.beforeScore(asked::addAll);
  }

  @Test
  void shouldShowTheLastInteractionsOldestFirst() {
    make("ada", List.of("d"), 10);
    assertThat(asked)
        .containsExactly(
            new Prompt(
                "a teacher",
                List.of(new Viewed("Title b", 2), new Viewed("Title c", 3)),
                "Title d"));
  }

  @Test
  void shouldNotShowTheTargetInItsOwnHistory() {
    make("ada", List.of("c"), 10);
    assertThat(asked.get(0).history())
        .containsExactly(new Viewed("Title a", 1), new Viewed("Title b", 2));
  }

  @Test
  void shouldRankByScoreAndKeepTheBest() {
    Recommendation made = make("ada", List.of("d", "e", "d"), 1);
    float d = FakeScoringEngine.expected("one", asked.get(0));
    float e = FakeScoringEngine.expected("one", asked.get(1));
    assertThat(asked).hasSize(2);
    assertThat(d).isNotEqualTo(e);
    assertThat(made.ranked())
        .containsExactly(
            d > e ? new RankedItem("d", "Title d", d) : new RankedItem("e", "Title e", e));
    assertThat(made.personalized()).isTrue();
    assertThat(made.servedBy().version()).isEqualTo(1);
  }

  @Test
  void shouldBreakTiesByItem() {
    engine.scoreAlways(0.5f);
    assertThat(make("ada", List.of("e", "d"), 10).ranked())
        .extracting(RankedItem::itemId)
        .containsExactly("d", "e");
  }

  @Test
  void shouldChooseTheMostInteractedUnseenItemsItself() {
    rate("ben", "e", 1, 1);
    assertThat(make("ada", null, 10).ranked())
        .extracting(RankedItem::itemId)
        .containsExactlyInAnyOrder("d", "e");
    assertThat(make("nobody", null, 10).ranked()).hasSize(3);
  }

  @Test
  void shouldAnswerAnErasedSubjectExactlyLikeAnUnknownOne() {
    state.suppress("r1", "ada", ErasureScope.all());
    Recommendation erased = make("ada", null, 10);
    Recommendation unknown = make("nobody", null, 10);
    assertThat(erased.ranked()).isEqualTo(unknown.ranked());
    assertThat(erased.personalized()).isEqualTo(unknown.personalized()).isFalse();
    assertThat(asked).allSatisfy(prompt -> assertThat(prompt.history()).isEmpty());
    assertThat(asked).allSatisfy(prompt -> assertThat(prompt.profile()).isNull());
  }

  @Test
  void shouldLeaveErasedItemsOutOfGivenCandidates() {
    state.suppress("r1", "ada", ErasureScope.items(Set.of("a", "d")));
    assertThat(make("ada", List.of("a", "d", "e"), 10).ranked())
        .extracting(RankedItem::itemId)
        .containsExactly("e");
    assertThat(asked.get(0).history())
        .containsExactly(new Viewed("Title b", 2), new Viewed("Title c", 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"recent", "similar:1", "demonstrations:1"})
  void shouldShowNothingErasedFromTheNextPromptOnWhicheverTheStrategy(String id) {
    PromptStrategy strategy = PromptStrategy.of(id);
    // What is erased is the latest, and the nearest to every question.
    ToDoubleFunction<String> nearness = title -> title.equals("Title c") ? 1 : 0;
    make("ada", List.of("d"), 10);
    assertThat(strategy.shown(asked.get(0).history(), nearness))
        .extracting(shown -> shown.viewed().title())
        .contains("Title c");
    state.suppress("r1", "ada", ErasureScope.items(Set.of("c")));
    make("ada", List.of("d"), 10);
    assertThat(strategy.shown(asked.get(1).history(), nearness))
        .isEqualTo(
            strategy.shown(List.of(new Viewed("Title a", 1), new Viewed("Title b", 2)), nearness));
  }

  @Test
  void shouldThrowAwayAnAnswerWhoseSubjectWasSuppressedMeanwhile() {
    engine.beforeScore(
        prompts -> {
          asked.addAll(prompts);
          state.suppress("r1", "ada", ErasureScope.all());
        });
    Recommendation made = make("ada", List.of("d"), 10);
    assertThat(asked).extracting(Prompt::profile).containsExactly("a teacher", null);
    assertThat(made.personalized()).isFalse();
    assertThat(made.ranked().get(0).score())
        .isEqualTo(FakeScoringEngine.expected("one", new Prompt(null, List.of(), "Title d")));
  }

  @Test
  void shouldNameThePositionOfAnUnknownCandidate() {
    assertThatThrownBy(() -> make("ada", List.of("a", "zzz"), 10))
        .isInstanceOfSatisfying(
            UnknownItemException.class, unknown -> assertThat(unknown.position()).isEqualTo(1))
        .hasMessageNotContaining("zzz");
  }

  private Recommendation make(String subjectRef, List<String> candidates, int topN) {
    try (Lease lease = slot.acquire().orElseThrow()) {
      return maker.make(new RecommendationQuery(subjectRef, candidates, topN), lease);
    }
  }

  private void rate(String subjectRef, String itemId, double rating, int second) {
    state.putInteraction(subjectRef, new Interaction(itemId, rating, START.plusSeconds(second)));
  }
}
