package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.PromptStrategy.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptStrategyTest {
  private static final Viewed ALIEN = new Viewed("Alien", 5);
  private static final Viewed CATS = new Viewed("Cats", 1);
  private static final Viewed DUNE = new Viewed("Dune", 4);
  private static final Viewed JAWS = new Viewed("Jaws", 2);
  private static final List<Viewed> POOL = List.of(ALIEN, CATS, DUNE, JAWS);
  private static final ToDoubleFunction<String> NEARNESS =
      Map.of("Alien", 0.9, "Cats", 0.1, "Dune", 0.5, "Jaws", 0.5)::get;

  @Test
  void shouldShowTheWholePoolWhereTheLatestAreWanted() {
    assertThat(PromptStrategy.RECENT.shown(POOL, NEARNESS))
        .containsExactly(entry(ALIEN), entry(CATS), entry(DUNE), entry(JAWS));
  }

  @Test
  void shouldShowTheNearestInTimeOrder() {
    assertThat(PromptStrategy.of("similar:3").shown(POOL, NEARNESS))
        .containsExactly(entry(ALIEN), entry(DUNE), entry(JAWS));
  }

  @Test
  void shouldPreferTheLaterOfTwoEquallyNear() {
    assertThat(PromptStrategy.of("similar:2").shown(POOL, NEARNESS))
        .containsExactly(entry(ALIEN), entry(JAWS));
  }

  @Test
  void shouldShowAllWhereThePoolIsSmall() {
    assertThat(PromptStrategy.of("similar:10").shown(POOL, NEARNESS)).hasSize(4);
    assertThat(PromptStrategy.of("demonstrations:9").shown(POOL, NEARNESS))
        .hasSize(4)
        .allMatch(Shown::demonstration);
  }

  @Test
  void shouldAskTheLatestAsDemonstrationsBehindTheHistory() {
    assertThat(PromptStrategy.of("demonstrations:2").shown(POOL, NEARNESS))
        .containsExactly(entry(ALIEN), entry(CATS), new Shown(DUNE, true), new Shown(JAWS, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"recent", "similar:10", "demonstrations:2"})
  void shouldFindItselfAgainByItsId(String id) {
    assertThat(PromptStrategy.of(id).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "latest", "similar", "similar:", "similar:0", "recent:3", "similar:x"})
  void shouldRefuseWhatIsNoStrategyWithTheRemedy(String id) {
    assertThatThrownBy(() -> PromptStrategy.of(id))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("recent, similar:10 or demonstrations:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"recent", "similar:2", "demonstrations:2"})
  void shouldAskARecommenderAsItWasTuned(String id, @TempDir Path directory) {
    TuneSettings settings = topLayer().withPromptStrategy(PromptStrategy.of(id));
    Path base = TinyModel.folder(directory);
    List<Example> rows = TinyModel.examples("s", 30, 1);
    RecommenderTuner tuner = new RecommenderTuner(EngineSettings.defaults());
    tuner.tune(base, rows, settings, 1, ProgressListener.NONE, directory.resolve("tuned"));
    try (Recommender untuned =
            Recommender.load(base, EngineSettings.defaults(), settings.template());
        Recommender tuned =
            Recommender.load(directory.resolve("tuned"), EngineSettings.defaults())) {
      assertThat(tuned.encoder().template()).isEqualTo(settings.template());
      for (Example row : rows) {
        assertThat(tuned.encoder().encode(row.prompt()).ids())
            .as("what tuning changed has no part in what is shown")
            .isEqualTo(untuned.encoder().encode(row.prompt()).ids());
      }
    }
  }

  @Test
  void shouldShowNothingButWhatIsNearest(@TempDir Path directory) {
    Path base = TinyModel.folder(directory);
    PromptTemplate similar = new PromptTemplate(5, PromptStrategy.of("similar:1"));
    try (Recommender recommender = Recommender.load(base, EngineSettings.defaults(), similar);
        Recommender recent =
            Recommender.load(base, EngineSettings.defaults(), new PromptTemplate(5))) {
      Viewed other = new Viewed("jaws", 9);
      Viewed same = new Viewed("heat", 9);
      long[] chosen =
          recommender.encoder().encode(new Prompt(null, List.of(same, other), "heat")).ids();
      assertThat(chosen)
          .as("a title is nearest to itself")
          .isEqualTo(recent.encoder().encode(new Prompt(null, List.of(same), "heat")).ids());
    }
  }

  @Test
  void shouldRefuseToCompareTitlesByLayersThatAreTuned(@TempDir Path directory) {
    TuneSettings settings =
        TinyModel.tuneSettings().withPromptStrategy(PromptStrategy.of("similar:2"));
    Path base = TinyModel.folder(directory);
    RecommenderTuner tuner = new RecommenderTuner(EngineSettings.defaults());
    assertThatThrownBy(
            () ->
                tuner.tune(
                    base,
                    TinyModel.examples("s", 30, 1),
                    settings,
                    1,
                    ProgressListener.NONE,
                    directory.resolve("tuned")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("topLayers 2 of 2")
        .hasMessageContaining("give at most 1");
  }

  /** As quick as can be: the outcome of tuning does not matter here. */
  private static TuneSettings topLayer() {
    return new TuneSettings(
        TuneSettings.Solver.ADAMW,
        1,
        16,
        1e-2,
        0.1,
        0.1,
        0,
        4,
        8,
        TuneSettings.ALL_TARGETS,
        1,
        false,
        1,
        0,
        5,
        0,
        PromptStrategy.RECENT);
  }

  private static Shown entry(Viewed viewed) {
    return new Shown(viewed, false);
  }
}
