package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.StoredAdapter;
import io.lethe.engine.UnlearningRecord;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossMethodRunTest {
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

  /** Enough to move the tiny model, whose rows are known by heart. */
  private static MethodSettings settings(LossMethod method) {
    MethodSettings settings =
        method.defaults().withSteps(100).withBatchSizes(8, 8).withLearningRate(5e-3);
    // What is known by heart has a margin of six, which the default of two does not undo.
    return method == LossMethod.UNDIAL ? settings.with("beta", 8) : settings;
  }

  private static Candidate run(LossMethod method, MethodSettings settings, long seed) {
    return Methods.named(method.method(), settings).run(request.job(seed), ProgressListener.NONE);
  }

  private static boolean same(Candidate left, Candidate right) {
    Map<String, FloatTensor> others = right.tensors().tensors();
    return left.tensors().tensors().entrySet().stream()
        .allMatch(e -> Arrays.equals(e.getValue().values(), others.get(e.getKey()).values()));
  }

  @ParameterizedTest
  @EnumSource(LossMethod.class)
  void shouldForgetAndRetain(LossMethod method) {
    Candidate candidate = run(method, settings(method), 1);
    UnlearningRecord record = candidate.record();
    double forgotten = record.confidenceBefore() - record.confidenceAfter();
    assertThat(forgotten).isGreaterThan(0.1);
    try (Adapter adapter = Adapter.of(candidate, request.recommender())) {
      assertThat(request.confidence(TinyRequest.FORGET, adapter))
          .isCloseTo(record.confidenceAfter(), within(1e-4));
      double lost =
          request.confidence(TinyRequest.RETAIN, null)
              - request.confidence(TinyRequest.RETAIN, adapter);
      assertThat(lost).isLessThan(0.12).isLessThan(forgotten / 2);
    }
    assertThat(record.losses()).hasSize(100);
    assertThat(record.stepKept()).isEqualTo(100);
    assertThat(record.confidenceTarget()).isNaN();
    assertThat(record.secondsByPhase().keySet()).containsExactly("teachers", "student");
  }

  @ParameterizedTest
  @EnumSource(LossMethod.class)
  void shouldGiveTheSameTensorsForTheSameSeedOnly(LossMethod method) {
    MethodSettings settings = settings(method).withSteps(10);
    Candidate first = run(method, settings, 1);
    assertThat(same(first, run(method, settings, 1))).isTrue();
    assertThat(same(first, run(method, settings, 2))).isFalse();
  }

  @Test
  void shouldStopAtTheTargetWhereAsked() {
    UnlearningRecord record =
        run(LossMethod.UNDIAL, settings(LossMethod.UNDIAL).with("stopAtTarget", 1), 1).record();
    assertThat(record.targetReached()).isTrue();
    assertThat(record.stepsTaken()).isLessThan(100);
    assertThat(record.confidenceAfter()).isLessThan(record.confidenceBefore() - 0.1);
    assertThat(record.confidences()).hasSize(1 + record.stepsTaken() / 2);
  }

  @Test
  void shouldUnlearnWithSophia() {
    OptimizerSettings sophia = OptimizerSettings.sophia(0);
    MethodSettings settings =
        settings(LossMethod.GRADDIFF).withOptimizer(sophia).withLearningRate(1e-3);
    Candidate candidate = run(LossMethod.GRADDIFF, settings, 1);
    UnlearningRecord record = candidate.record();
    assertThat(record.confidenceAfter()).isLessThan(record.confidenceBefore() - 0.1);
    assertThat(candidate.manifest().methodSettings().optimizer()).isEqualTo(sophia);
    assertThat(same(candidate, run(LossMethod.GRADDIFF, settings, 1))).isTrue();
  }

  @Test
  void shouldContinueTheParentAdapter() {
    Candidate first = run(LossMethod.UNDIAL, settings(LossMethod.UNDIAL), 1);
    try (Adapter parent = Adapter.of(first, request.recommender())) {
      Candidate second =
          Methods.named("undial", settings(LossMethod.UNDIAL).withSteps(5))
              .run(request.job(parent, 1), ProgressListener.NONE);
      assertThat(second.manifest().parentAdapterId()).isEqualTo(parent.id());
      assertThat(second.record().confidenceBefore())
          .isCloseTo(first.record().confidenceAfter(), within(1e-4));
    }
  }

  @Test
  void shouldKeepItsNumbersInTheManifest() {
    MethodSettings settings = settings(LossMethod.NPO).withSteps(3).with("beta", 0.25);
    Candidate candidate = run(LossMethod.NPO, settings, 1);
    StoredAdapter stored = new AdapterStore(directory.resolve("store")).put(candidate);
    try (Adapter loaded = Adapter.load(stored.folder(), request.recommender())) {
      assertThat(loaded.manifest()).isEqualTo(candidate.manifest());
      assertThat(loaded.manifest().methodSettings()).isEqualTo(settings);
      assertThat(loaded.manifest().method()).isEqualTo("npo");
    }
  }

  @Test
  void shouldLetTheRateFallToNothingWhereAsked() {
    StudentLoop.Plan plan = LossMethodRun.plan(LossMethod.LLMU.defaults(), Double.NaN, 1);
    assertThat(plan.rate().applyAsDouble(1)).isEqualTo(1e-3);
    assertThat(plan.rate().applyAsDouble(51)).isCloseTo(5e-4, within(1e-12));
    assertThat(plan.rate().applyAsDouble(100)).isCloseTo(1e-5, within(1e-12));
  }
}
