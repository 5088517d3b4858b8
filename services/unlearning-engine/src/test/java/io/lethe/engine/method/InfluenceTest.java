package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.Adapter;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
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
          300,
          128,
          1e-2,
          0.1,
          0,
          0,
          16,
          16,
          List.of("attention.self.value", "output.dense"),
          1,
          true,
          0.9,
          2e-3,
          5);

  @TempDir private static Path directory;

  private static Recommender original;
  private static Recommender exact;

  @BeforeAll
  static void tune() {
    Path base = TinyModel.folder(directory);
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
      assertThat(residual).isLessThan(0.5);
      assertThat(Metrics.meanConfidence(unlearned, Answers.labels(FORGET)))
          .isCloseTo(candidate.record().confidenceAfter(), within(1e-4));
    }
    assertThat(candidate.record().stepsTaken()).isEqualTo(1);
    assertThat(candidate.record().secondsByPhase().keySet())
        .containsExactly("curvature", "gradient", "step");
  }

  @Test
  void shouldGiveTheSameTensorsWhetherTheCurvatureWasKnownOrNot() {
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
  void shouldGiveTheProductOfTheGaussNewtonMatrixByDifferences() {
    UnlearningJob job = job(original);
    try (Activations activations = Teachers.activations(job, RETAIN, Teachers.fresh(job));
        LoraTrainer trainer =
            new LoraTrainer(activations, Teachers.fresh(job), Teachers.trained(job), 0)) {
      int size = trainer.trainedNumbers();
      float[] direction = new float[size];
      for (int i = 0; i < size; i++) {
        direction[i] = (float) Math.sin(i);
      }
      int[] rows = IntStream.range(0, RETAIN.size()).toArray();
      float[] curved = trainer.curved(rows, 1, direction);
      double found = 0;
      for (int i = 0; i < size; i++) {
        found += (double) curved[i] * direction[i];
      }
      // v'Hv is the sum of p (1 - p) (Jv)^2, and Jv the slope of the margin along v.
      float[] here = trainer.logits(rows);
      float[] there = logitsAt(activations, job, direction, 1e-3f, rows);
      float[] back = logitsAt(activations, job, direction, -1e-3f, rows);
      double expected = 0;
      for (int row = 0; row < rows.length; row++) {
        double p = Answers.probabilities(here)[row];
        double slope =
            ((there[2 * row + 1] - there[2 * row]) - (back[2 * row + 1] - back[2 * row])) / 2e-3;
        expected += p * (1 - p) * slope * slope;
      }
      assertThat(found / expected).isCloseTo(1, within(0.01));
    }
  }

  private static float[] logitsAt(
      Activations activations, UnlearningJob job, float[] direction, float step, int[] rows) {
    var start = Teachers.fresh(job);
    var values = new java.util.TreeMap<>(start.tensors());
    int at = 0;
    for (var tensor : start.tensors().entrySet()) {
      if (tensor.getKey().endsWith(LoraStart.B)) {
        float[] moved = tensor.getValue().values().clone();
        for (int i = 0; i < moved.length; i++) {
          moved[i] += step * direction[at++];
        }
        values.put(
            tensor.getKey(), new io.lethe.engine.FloatTensor(tensor.getValue().shape(), moved));
      }
    }
    try (LoraTrainer moved = new LoraTrainer(activations, start.with(values), name -> false, 0)) {
      return moved.logits(rows);
    }
  }

  @Test
  void shouldRefuseARecommenderThatWasTunedOtherwise(@TempDir Path other) {
    try (TinyRequest request = new TinyRequest(other)) {
      assertThatThrownBy(
              () -> Methods.named(Influence.NAME).run(request.job(1), ProgressListener.NONE))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("tuned with A fixed and a ridge above 0");
    }
  }
}
