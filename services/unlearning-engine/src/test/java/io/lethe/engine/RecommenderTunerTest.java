package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTunerTest {
  private static final RecommenderTuner TUNER = new RecommenderTuner(EngineSettings.defaults());
  private static final TuneSettings SETTINGS =
      new TuneSettings(
          TuneSettings.Solver.ADAMW,
          3,
          8,
          1e-2,
          0.1,
          0.1,
          0,
          4,
          8,
          TuneSettings.ALL_TARGETS,
          1,
          false,
          0.7,
          0,
          5,
          0,
          PromptStrategy.RECENT);

  @TempDir private Path directory;

  private Path base;
  private List<Example> examples;

  @BeforeEach
  void makeBase() {
    base = TinyModel.folder(directory);
    examples = TinyModel.examples("s", 30, 1);
  }

  private String digest(List<Example> rows, Set<String> erased, long seed, String name) {
    return TUNER
        .tune(base, rows, erased, SETTINGS, seed, ProgressListener.NONE, directory.resolve(name))
        .digest();
  }

  @Test
  void shouldTuneTheSameRecommenderFromTheSameRowsInAnyOrder() {
    List<Example> reversed = new ArrayList<>(examples);
    Collections.reverse(reversed);
    String digest = digest(examples, Set.of(), 7, "first");
    assertThat(digest(reversed, Set.of(), 7, "second")).isEqualTo(digest);
    assertThat(digest(examples, Set.of(), 7, "third")).isEqualTo(digest);
    assertThat(digest(examples, Set.of(), 8, "fourth")).isNotEqualTo(digest);
  }

  @Test
  void shouldRetrainExactlyAsIfTheErasedLabelsWereUnknown() {
    Set<String> erased = Set.of("s/3", "s/4", "s/20");
    List<Example> flipped =
        examples.stream()
            .map(e -> erased.contains(e.id()) ? new Example(e.id(), e.prompt(), !e.liked()) : e)
            .toList();
    String digest = digest(examples, erased, 7, "first");
    assertThat(digest(flipped, erased, 7, "second")).isEqualTo(digest);
    assertThat(digest(examples, Set.of(), 7, "third")).isNotEqualTo(digest);
  }

  @Test
  void shouldWriteAFolderThatLoadsAndKnowsItsRows() {
    List<Progress> told = new ArrayList<>();
    TunedRecommender tuned =
        TUNER.tune(
            base,
            TinyModel.examples("s", 60, 2),
            TinyModel.tuneSettings(),
            1,
            told::add,
            directory.resolve("tuned"));
    assertThat(told).hasSize(120);
    assertThat(told.get(119).step()).isEqualTo(120);
    assertThat(told.get(119).totalSteps()).isEqualTo(120);
    try (Recommender recommender =
            Recommender.load(directory.resolve("tuned"), EngineSettings.defaults());
        Recommender untuned =
            Recommender.load(base, EngineSettings.defaults(), new PromptTemplate(5))) {
      assertThat(recommender.digest()).isEqualTo(tuned.digest());
      assertThat(recommender.manifest()).isEqualTo(tuned.manifest());
      assertThat(recommender.manifest().baseDigest()).isEqualTo(untuned.digest());
      assertThat(recommender.manifest().examples()).isEqualTo(60);
      List<Example> rows = TinyModel.examples("s", 60, 2);
      float[] scores = recommender.score(Answers.prompts(rows), null);
      float[] before = untuned.score(Answers.prompts(rows), null);
      boolean[] liked = Answers.labels(rows);
      assertThat(Metrics.auc(scores, liked)).isGreaterThan(0.9);
      assertThat(Metrics.auc(before, liked)).isLessThan(0.7);
    }
  }

  @Test
  void shouldCountWhatItMaskedInTheManifest() {
    Set<String> erased =
        examples.stream().limit(4).map(Example::id).collect(Collectors.toUnmodifiableSet());
    RecommenderManifest manifest =
        TUNER
            .tune(
                base, examples, erased, SETTINGS, 1, ProgressListener.NONE, directory.resolve("x"))
            .manifest();
    assertThat(manifest.examples()).isEqualTo(26);
    assertThat(manifest.maskedExamples()).isEqualTo(4);
  }

  @Test
  void shouldNotOverwriteAFolder() {
    assertThatThrownBy(
            () -> TUNER.tune(base, examples, SETTINGS, 1, ProgressListener.NONE, directory))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void shouldStopWhenTheListenerThrows() {
    ProgressListener impatient =
        progress -> {
          throw new IllegalStateException("cancelled");
        };
    Path folder = directory.resolve("cancelled");
    assertThatThrownBy(() -> TUNER.tune(base, examples, SETTINGS, 1, impatient, folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cancelled");
    assertThat(folder).doesNotExist();
  }
}
