package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Metrics;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.PromptStrategy;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import io.lethe.engine.text.EncodedPrompt;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny recommender tuned the steady way, whose exact retrain is known. */
class InfluenceTest {
  private static final List<Example> FORGET = TinyModel.examples("gone", 6, 1);
  private static final List<Example> RETAIN = TinyModel.examples("kept", 80, 2);
  private static final List<Example> HELD_OUT = TinyModel.examples("test", 40, 3);
  private static final TuneSettings STEADY =
      new TuneSettings(
          TuneSettings.Solver.NEWTON,
          40,
          128,
          1,
          0,
          0,
          0,
          16,
          16,
          List.of("output.dense"),
          1,
          true,
          1,
          2e-3,
          5,
          0,
          PromptStrategy.RECENT);

  @TempDir private static Path directory;

  private static Path base;
  private static Recommender original;
  private static Recommender exact;

  @BeforeAll
  static void tune() {
    base = TinyModel.folder(directory);
    RecommenderTuner tuner = new RecommenderTuner(EngineSettings.defaults());
    List<Example> all = Stream.concat(FORGET.stream(), RETAIN.stream()).toList();
    Set<String> erased = FORGET.stream().map(Example::id).collect(Collectors.toSet());
    tuner.tune(base, all, STEADY, 1, ProgressListener.NONE, directory.resolve("original"));
    tuner.tune(base, all, erased, STEADY, 1, ProgressListener.NONE, directory.resolve("exact"));
    original = Recommender.load(directory.resolve("original"), EngineSettings.defaults());
    exact = Recommender.load(directory.resolve("exact"), EngineSettings.defaults());
  }

  @AfterAll
  static void close() {
    original.close();
    exact.close();
  }

  private static UnlearningJob job(Recommender recommender) {
    return new UnlearningJob(
        recommender, null, FORGET, RETAIN, HELD_OUT, TinyModel.unlearningSettings(), 1);
  }

  private static float[] scores(Recommender recommender, Adapter adapter) {
    return recommender.score(Answers.prompts(FORGET), adapter);
  }

  @Test
  void shouldComeNearTheExactRetrainInOneStep() {
    Candidate candidate = Methods.named(Influence.NAME).run(job(original), ProgressListener.NONE);
    try (Adapter adapter = Adapter.of(candidate, original)) {
      float[] unlearned = scores(original, adapter);
      double residual = Metrics.residual(unlearned, scores(exact, null), scores(original, null));
      assertThat(residual).isLessThan(0.2);
      assertThat(Metrics.meanConfidence(unlearned, Answers.labels(FORGET)))
          .isCloseTo(candidate.record().confidenceAfter(), within(1e-4));
    }
    assertThat(candidate.record().stepsTaken()).isEqualTo(1);
    assertThat(candidate.record().secondsByPhase().keySet()).containsExactly("standing", "step");
  }

  @Test
  void shouldGiveTheSameTensorsWhetherTheStandingWasKnownOrNot() {
    Candidate first = Methods.named(Influence.NAME).run(job(original), ProgressListener.NONE);
    Candidate again = Methods.named(Influence.NAME).run(job(original), ProgressListener.NONE);
    first
        .tensors()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(again.tensors().tensors().get(name).values())
                    .as(name)
                    .isEqualTo(tensor.values()));
  }

  @Test
  void shouldTuneToTheSameTensorsWhateverTheSeed() {
    RecommenderTuner tuner = new RecommenderTuner(EngineSettings.defaults());
    List<Example> all = Stream.concat(RETAIN.stream(), FORGET.stream()).toList();
    Path other = directory.resolve("other-seed");
    tuner.tune(base, all, STEADY, 2, ProgressListener.NONE, other);
    assertThat(other.resolve("model.safetensors"))
        .hasSameBinaryContentAs(directory.resolve("original").resolve("model.safetensors"));
  }

  @Test
  void shouldTuneToWhereTheGradientOfLossAndRidgeIsZero() {
    try (Recommender untuned =
        Recommender.load(base, EngineSettings.defaults(), STEADY.template())) {
      AdapterTensors tuned =
          RecommenderTuner.tuneAdapter(untuned, RETAIN, Set.of(), STEADY, 1, ProgressListener.NONE);
      List<EncodedPrompt> prompts =
          RETAIN.stream().map(row -> untuned.encoder().encode(row.prompt())).toList();
      try (Activations activations = Activations.of(untuned.model(), prompts, tuned);
          LoraTrainer trainer = new LoraTrainer(activations, tuned, STEADY::isTrained, 0)) {
        trainer.ridge(STEADY.ridge());
        double ofB = norm(tuned, STEADY) * STEADY.ridge();
        double ofGradient =
            trainer.gradients(mean(RETAIN)).values().stream()
                .mapToDouble(InfluenceTest::squares)
                .sum();
        // The ridge's pull alone is what the rows' pull has to balance.
        assertThat(Math.sqrt(ofGradient)).isLessThan(0.01 * ofB);
      }
    }
  }

  private static double norm(AdapterTensors tensors, TuneSettings settings) {
    return Math.sqrt(
        tensors.tensors().entrySet().stream()
            .filter(tensor -> settings.isTrained(tensor.getKey()))
            .mapToDouble(tensor -> squares(tensor.getValue()))
            .sum());
  }

  private static double squares(FloatTensor tensor) {
    double sum = 0;
    for (float value : tensor.values()) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static TrainingBatch mean(List<Example> rows) {
    int[] places = IntStream.range(0, rows.size()).toArray();
    float[] weights = new float[places.length];
    java.util.Arrays.fill(weights, 1f / places.length);
    long[] labels = rows.stream().mapToLong(row -> row.liked() ? 1 : 0).toArray();
    return new TrainingBatch(
        places, labels, new float[2 * places.length], new float[places.length], weights);
  }

  @Test
  void shouldRefuseMoreRowsThanNewtonsMethodMayHold() {
    assertThatThrownBy(
            () ->
                new RecommenderTuner(EngineSettings.defaults())
                    .tune(
                        base,
                        TinyModel.examples("many", 129, 4),
                        STEADY,
                        1,
                        ProgressListener.NONE,
                        directory.resolve("many")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("128 at most, and there are 129");
  }

  @Test
  void shouldRefuseARecommenderThatWasTunedOtherwise(@TempDir Path other) {
    try (TinyRequest request = new TinyRequest(other)) {
      assertThatThrownBy(
              () -> Methods.named(Influence.NAME).run(request.job(1), ProgressListener.NONE))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("keeps its rows");
    }
  }
}
