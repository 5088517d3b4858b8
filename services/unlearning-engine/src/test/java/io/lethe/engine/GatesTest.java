package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.model.LoraStart;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesTest {
  @TempDir private Path directory;

  private Recommender recommender;
  private UnlearningJob job;

  @BeforeEach
  void loadBase() {
    recommender = Recommender.load(TinyModel.folder(directory), EngineSettings.defaults());
    job =
        new UnlearningJob(
            recommender,
            null,
            TinyModel.examples("gone", 6, 1),
            TinyModel.examples("kept", 6, 2),
            TinyModel.examples("test", 40, 3),
            UnlearningSettings.defaults(),
            1);
  }

  @AfterEach
  void close() {
    recommender.close();
  }

  /** Fresh LoRA tensors with every B filled with one value. */
  private Candidate candidate(float up) {
    AdapterTensors start =
        LoraStart.draw(
            recommender.model()::shapeOf, 2, 2, List.of("attention.self.value"), 2, 4, 5);
    Map<String, FloatTensor> tensors = new TreeMap<>(start.tensors());
    tensors.replaceAll(
        (name, tensor) -> {
          if (name.endsWith(LoraStart.B)) {
            Arrays.fill(tensor.values(), up);
          }
          return tensor;
        });
    AdapterManifest manifest =
        new AdapterManifest(
            recommender.digest(), "f32", "test", "0", null, 1, UnlearningSettings.defaults());
    return new Candidate(new AdapterTensors(2, 4, tensors), manifest, null);
  }

  @Test
  void shouldStopACandidateThatChangesNothing() {
    List<GateVerdict> verdicts = Gates.evaluate(job, candidate(0));
    assertThat(verdicts).hasSize(1);
    assertThat(verdicts.get(0).gate()).isEqualTo("no-op");
    assertThat(verdicts.get(0).value()).isZero();
    assertThat(verdicts.get(0).passed()).isFalse();
  }

  @Test
  void shouldStopACandidateThatIsNotFinite() {
    List<GateVerdict> verdicts = Gates.evaluate(job, candidate(Float.NaN));
    assertThat(verdicts).extracting(GateVerdict::gate).containsExactly("no-op", "finite");
    assertThat(verdicts.get(1).value()).isPositive();
    assertThat(verdicts.get(1).passed()).isFalse();
  }

  @Test
  void shouldHoldTheHeldOutAucToTheParentsLessTheDropAllowed() {
    List<GateVerdict> verdicts = Gates.evaluate(job, candidate(0.2f));
    List<Prompt> prompts = Answers.prompts(job.heldOut());
    boolean[] liked = Answers.labels(job.heldOut());
    double parent = Metrics.auc(recommender.score(prompts, null), liked);
    double own;
    try (Adapter adapter = Adapter.of(candidate(0.2f), recommender)) {
      own = Metrics.auc(recommender.score(prompts, adapter), liked);
    }
    assertThat(verdicts).hasSize(3);
    assertThat(verdicts.get(2).lower()).isEqualTo(parent - 0.02);
    assertThat(verdicts.get(2).value()).isEqualTo(own);
    assertThat(verdicts.get(2).passed()).isEqualTo(own >= parent - 0.02);
  }
}
