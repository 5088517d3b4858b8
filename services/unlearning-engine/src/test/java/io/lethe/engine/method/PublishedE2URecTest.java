package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningRecord;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedE2URecTest {
  private static final MethodSettings SETTINGS =
      Methods.defaults("e2urec-published")
          .withSteps(60)
          .withBatchSizes(8, 8)
          .withLearningRate(5e-3)
          // What is known by heart gains little from more training, so that alpha must be large.
          .with("alpha", 40);

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
    return Methods.named("e2urec-published", settings).run(request.job(1), ProgressListener.NONE);
  }

  @Test
  void shouldForgetAndRetain() {
    Candidate candidate = run(SETTINGS);
    UnlearningRecord record = candidate.record();
    double forgotten = record.confidenceBefore() - record.confidenceAfter();
    assertThat(forgotten).isGreaterThan(0.2);
    assertThat(record.alphaUsed()).isEqualTo(40);
    assertThat(record.secondsByPhase().keySet())
        .containsExactly("teachers", "augmented-teacher", "student");
    try (Adapter adapter = Adapter.of(candidate, request.recommender())) {
      double lost =
          request.confidence(TinyRequest.RETAIN, null)
              - request.confidence(TinyRequest.RETAIN, adapter);
      assertThat(lost).isLessThan(forgotten / 2);
    }
  }

  @Test
  void shouldBeginWithTheForgetRowsAlone() {
    // Twenty rows make three batches of eight: three steps see no retained row, the fourth does.
    Candidate opening = run(SETTINGS.withSteps(3));
    Candidate heavier = run(SETTINGS.withSteps(3).with("retainWeight", 5));
    assertThat(heavier.record().losses()).isEqualTo(opening.record().losses());
    Candidate joint = run(SETTINGS.withSteps(4));
    Candidate heavierJoint = run(SETTINGS.withSteps(4).with("retainWeight", 5));
    assertThat(heavierJoint.record().losses()).isNotEqualTo(joint.record().losses());
    Candidate never = run(SETTINGS.withSteps(3).with("forgetPasses", 0));
    assertThat(never.record().losses()).isNotEqualTo(opening.record().losses());
  }
}
