package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InTurnTest {
  private static final InTurn BOTH = new InTurn(List.of("influence", "e2urec"));

  @TempDir private static Path directory;

  private static Recommender steady;

  @BeforeAll
  static void tune() {
    new RecommenderTuner(EngineSettings.defaults())
        .tune(
            TinyModel.folder(directory),
            TinyRequest.train(),
            TuneSettings.steady().withLikedAbove(5),
            1,
            ProgressListener.NONE,
            directory.resolve("steady"));
    steady = Recommender.load(directory.resolve("steady"), EngineSettings.defaults());
  }

  @AfterAll
  static void close() {
    steady.close();
  }

  private static String methodFor(double movementMin, double residualMax) {
    UnlearningSettings tiny = TinyModel.unlearningSettings();
    UnlearningSettings settings =
        new UnlearningSettings(
            tiny.targets(),
            tiny.topLayers(),
            tiny.rank(),
            tiny.loraAlpha(),
            tiny.batchSize(),
            tiny.retainBatchSize(),
            tiny.augmentedLearningRate(),
            tiny.augmentedEpochs(),
            tiny.learningRate(),
            tiny.stepsMax(),
            tiny.evaluateEvery(),
            tiny.alpha(),
            tiny.alphaMax(),
            tiny.teacherReach(),
            tiny.forgetWeight(),
            tiny.labelWeight(),
            tiny.aim(),
            movementMin,
            residualMax,
            tiny.utilityDropMax(),
            tiny.heldOutMax());
    UnlearningJob job =
        new UnlearningJob(
            steady,
            null,
            TinyRequest.FORGET,
            TinyRequest.RETAIN,
            TinyRequest.HELD_OUT,
            settings,
            1);
    return BOTH.run(job, ProgressListener.NONE).record().method();
  }

  @Test
  void shouldKeepTheFirstCandidateThatPassesTheGates() {
    assertThat(methodFor(1e-6, 10)).isEqualTo("influence");
  }

  @Test
  void shouldGoOnWhereAGateRefuses() {
    assertThat(methodFor(0.9, 10)).isEqualTo("e2urec");
    assertThat(methodFor(1e-6, 1e-6)).isEqualTo("e2urec");
  }

  @Test
  void shouldPassOverInfluenceWhereNoCurvatureIsKnown(@TempDir Path other) {
    try (TinyRequest request = new TinyRequest(other)) {
      assertThat(BOTH.run(request.job(1), ProgressListener.NONE).record().method())
          .isEqualTo("e2urec");
    }
  }

  @Test
  void shouldRefuseNamesThatAreNoMethodAndNoNamesAtAll() {
    assertThatThrownBy(() -> new InTurn(List.of("hypnosis")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("hypnosis");
    assertThatThrownBy(() -> new InTurn(List.of()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("methods names none");
  }
}
