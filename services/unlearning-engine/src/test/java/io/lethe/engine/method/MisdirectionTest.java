package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningRecord;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MisdirectionTest {
  private static final MethodSettings SETTINGS =
      Methods.defaults("rmu")
          .withSteps(100)
          .withBatchSizes(8, 8)
          .withLearningRate(2e-2)
          .with("layer", 2);

  @TempDir private static Path directory;

  private static TinyRequest request;

  @BeforeAll
  static void tune() {
    request = new TinyRequest(directory);
  }

  @AfterAll
  static void close() {
    request.close();
  }

  private static Candidate run(MethodSettings settings) {
    return Methods.named("rmu", settings).run(request.job(1), ProgressListener.NONE);
  }

  @Test
  void shouldForgetAndRetain() {
    Candidate candidate = run(SETTINGS);
    UnlearningRecord record = candidate.record();
    double forgotten = record.confidenceBefore() - record.confidenceAfter();
    try (Adapter adapter = Adapter.of(candidate, request.recommender())) {
      double lost =
          request.confidence(TinyRequest.RETAIN, null)
              - request.confidence(TinyRequest.RETAIN, adapter);
      assertThat(forgotten).isGreaterThan(0.3);
      assertThat(lost).isLessThan(forgotten / 2);
    }
    assertThat(record.losses().get(99)).isLessThan(record.losses().get(0));
  }

  @Test
  void shouldGiveTheSameAdapterForTheSameJob() {
    MethodSettings few = SETTINGS.withSteps(5);
    assertThat(run(few).record().losses()).isEqualTo(run(few).record().losses());
    assertThat(run(few.with("coefficient", 1)).record().losses())
        .isNotEqualTo(run(few).record().losses());
  }

  @Test
  void shouldSteerBehindAllLayersButTheLastWhereNoLayerIsGiven() {
    MethodSettings few = SETTINGS.withSteps(3);
    assertThat(run(few.with("layer", 0)).record().losses())
        .isEqualTo(run(few.with("layer", 1)).record().losses())
        .isNotEqualTo(run(few).record().losses());
  }

  @Test
  void shouldRefuseALayerThatNothingTrainedLiesBefore() {
    assertThatThrownBy(() -> run(SETTINGS.with("layer", 3)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("layer is 3")
        .hasMessageContaining("of 2");
  }

  @Test
  void shouldRefuseLabelsDrawnFromHiddenStates() {
    assertThatThrownBy(() -> run(SETTINGS.withOptimizer(OptimizerSettings.sophia(0))))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("empiricalFisher");
  }
}
