package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.method.Teachers;
import io.lethe.engine.model.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class E2URecTest {
  @TempDir private static Path directory;

  private static final List<Example> FORGET = TinyModel.examples("gone", 20, 1);
  private static final List<Example> RETAIN = TinyModel.examples("kept", 60, 2);
  private static final List<Example> HELD_OUT = TinyModel.examples("test", 60, 3);

  private static Recommender recommender;

  @BeforeAll
  static void tune() {
    List<Example> all = new ArrayList<>(FORGET);
    all.addAll(RETAIN);
    Path folder = directory.resolve("tuned");
    new RecommenderTuner(EngineSettings.defaults())
        .tune(
            TinyModel.folder(directory),
            all,
            TinyModel.tuneSettings(),
            1,
            ProgressListener.NONE,
            folder);
    recommender = Recommender.load(folder, EngineSettings.defaults());
  }

  @AfterAll
  static void close() {
    recommender.close();
  }

  private static UnlearningJob job(Adapter parent, long seed) {
    return new UnlearningJob(
        recommender, parent, FORGET, RETAIN, HELD_OUT, TinyModel.unlearningSettings(), seed);
  }

  @Test
  void shouldGiveTheForgettingTeacherOfTheReference() {
    JsonNode expected = Reference.json("reference.json").path("e2urec");
    float[] teacher =
        Teachers.forgetting(
            Reference.toFloats(expected.path("z_o")), Reference.toFloats(expected.path("z_a")), 2);
    float[] wanted = Reference.toFloats(expected.path("z_f"));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(teacher[i]).isCloseTo(wanted[i], within(1e-6f));
    }
  }

  @Test
  void shouldBringTheConfidenceInForgottenRowsToItsTarget() {
    Candidate candidate = new E2URec().run(job(null, 1), ProgressListener.NONE);
    UnlearningRecord record = candidate.record();
    assertThat(record.confidenceBefore()).isGreaterThan(record.confidenceTarget() + 0.1);
    assertThat(record.targetReached()).isTrue();
    assertThat(record.confidenceAfter()).isCloseTo(record.confidenceTarget(), within(0.05));
    try (Adapter adapter = Adapter.of(candidate, recommender)) {
      boolean[] forgotten = Answers.labels(FORGET);
      float[] scores = recommender.score(Answers.prompts(FORGET), adapter);
      assertThat(Metrics.meanConfidence(scores, forgotten))
          .isCloseTo(record.confidenceAfter(), within(1e-4));
      boolean[] kept = Answers.labels(RETAIN);
      List<Prompt> prompts = Answers.prompts(RETAIN);
      double before = Metrics.meanConfidence(recommender.score(prompts, null), kept);
      double after = Metrics.meanConfidence(recommender.score(prompts, adapter), kept);
      assertThat(before - after)
          .isLessThan((record.confidenceBefore() - record.confidenceAfter()) / 2);
    }
  }

  @Test
  void shouldKeepTheLookThatCameNearestToTheTarget() {
    UnlearningRecord record = new E2URec().run(job(null, 1), ProgressListener.NONE).record();
    double nearest =
        record.confidences().stream()
            .skip(1)
            .mapToDouble(confidence -> Math.abs(confidence - record.confidenceTarget()))
            .min()
            .orElseThrow();
    assertThat(Math.abs(record.confidenceAfter() - record.confidenceTarget())).isEqualTo(nearest);
    assertThat(record.losses()).hasSize(record.stepsTaken());
    assertThat(record.stepKept()).isBetween(1, record.stepsTaken());
  }

  @Test
  void shouldGiveTheSameAdapterForTheSameJob() {
    Candidate first = new E2URec().run(job(null, 1), ProgressListener.NONE);
    Candidate second = new E2URec().run(job(null, 1), ProgressListener.NONE);
    Candidate other = new E2URec().run(job(null, 2), ProgressListener.NONE);
    assertThat(AdapterFolder.idOf(second)).isEqualTo(AdapterFolder.idOf(first));
    assertThat(AdapterFolder.idOf(other)).isNotEqualTo(AdapterFolder.idOf(first));
  }

  @Test
  void shouldContinueTheParentAdapter() {
    Candidate first = new E2URec().run(job(null, 1), ProgressListener.NONE);
    try (Adapter parent = Adapter.of(first, recommender)) {
      Candidate second = new E2URec().run(job(parent, 1), ProgressListener.NONE);
      assertThat(second.manifest().parentAdapterId()).isEqualTo(parent.id());
      assertThat(second.record().confidenceBefore())
          .isCloseTo(first.record().confidenceAfter(), within(1e-4));
      assertThat(second.record().confidenceAfter()).isLessThan(second.record().confidenceBefore());
    }
  }

  @Test
  void shouldTellEveryPhaseInOrder() {
    List<String> phases = new ArrayList<>();
    Candidate candidate =
        new E2URec()
            .run(
                job(null, 1),
                progress -> {
                  if (!phases.contains(progress.phase())) {
                    phases.add(progress.phase());
                  }
                });
    assertThat(phases).containsExactly("augmented-teacher", "student");
    assertThat(candidate.record().secondsByPhase().keySet())
        .containsExactly("teachers", "augmented-teacher", "student");
  }

  @Test
  void shouldPassTheGatesInOrder() {
    UnlearningJob job = job(null, 1);
    Candidate candidate = new E2URec().run(job, ProgressListener.NONE);
    List<GateVerdict> verdicts = Gates.evaluate(job, candidate);
    assertThat(verdicts)
        .extracting(GateVerdict::gate)
        .containsExactly("no-op", "finite", "utility-floor");
    assertThat(verdicts).allMatch(GateVerdict::passed);
  }
}
