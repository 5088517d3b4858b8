package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.OptimizerSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraTrainerTest {
  private static final int[] ALL = {0, 1, 2};

  private static LanguageModel model;
  private static Activations activations;

  @BeforeAll
  static void openModel() {
    model = Reference.tinyBert(Reference.settings());
    activations = Activations.of(model, Reference.prompts(), 0);
  }

  @AfterAll
  static void closeModel() {
    activations.close();
    model.close();
  }

  private static LoraTrainer trainer(AdapterTensors start) {
    return new LoraTrainer(activations, start, name -> true, 0);
  }

  private static AdapterTensors fresh(long seed) {
    List<String> targets = List.of("attention.self.query", "attention.self.value");
    return LoraStart.draw(model::shapeOf, 2, 2, targets, 4, 8, seed);
  }

  @Test
  void shouldAnswerAsTheBareModelBeforeTheFirstStep() {
    try (LoraTrainer trainer = trainer(fresh(1))) {
      assertThat(trainer.logits(ALL)).isEqualTo(activations.logits(ALL, null));
    }
  }

  @Test
  void shouldChangeEveryUpdateWithEveryStep() {
    try (LoraTrainer trainer = trainer(fresh(1))) {
      AdapterTensors before = trainer.tensors();
      trainer.step(Reference.meanCrossEntropy(), 1e-2);
      AdapterTensors after = trainer.tensors();
      assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
      after
          .tensors()
          .forEach(
              (name, tensor) -> {
                // A fresh B of zeros lets no gradient through to A in the first step.
                boolean moves = name.endsWith(LoraStart.B);
                assertThat(Arrays.equals(tensor.values(), before.tensors().get(name).values()))
                    .as(name)
                    .isEqualTo(!moves);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Activations.CACHE_BYTES_MAX})
  void shouldTrainAlikeFromWhatFixedAttentionReads(long cacheBytesMax) {
    List<String> targets =
        List.of("attention.self.value", "attention.output.dense", "output.dense");
    AdapterTensors start = LoraStart.draw(model::shapeOf, 2, 1, targets, 4, 8, 1);
    try (Activations whole = Activations.of(model, Reference.prompts(), 1);
        Activations read = Activations.of(model, Reference.prompts(), start, cacheBytesMax);
        LoraTrainer expected = new LoraTrainer(whole, start, name -> true, 0);
        LoraTrainer found = new LoraTrainer(read, start, name -> true, 0)) {
      for (int step = 0; step < 10; step++) {
        double loss = expected.step(Reference.meanCrossEntropy(), 1e-2);
        assertThat(found.step(Reference.meanCrossEntropy(), 1e-2)).isCloseTo(loss, within(1e-5));
      }
      assertNear(found.logits(ALL), expected.logits(ALL), 1e-4f);
      Map<String, FloatTensor> tensors = expected.tensors().tensors();
      found
          .tensors()
          .tensors()
          .forEach(
              (name, tensor) -> assertNear(tensor.values(), tensors.get(name).values(), 1e-4f));
    }
  }

  @Test
  void shouldReadNoPromptByFixedAttentionWhereItIsTrained() {
    AdapterTensors start =
        LoraStart.draw(model::shapeOf, 2, 1, List.of("attention.self.query"), 4, 8, 1);
    try (Activations activations = Activations.of(model, Reference.prompts(), start);
        LoraTrainer trainer = new LoraTrainer(activations, start, name -> true, 0)) {
      trainer.step(Reference.meanCrossEntropy(), 1e-2);
      trainer.step(Reference.meanCrossEntropy(), 1e-2);
      assertThat(trainer.tensors()).isNotEqualTo(start);
    }
  }

  @Test
  void shouldAddTheRidgeToTheGradient() {
    AdapterTensors start = Reference.tinyAdapter();
    try (LoraTrainer plain = trainer(start);
        LoraTrainer shrinking = trainer(start)) {
      shrinking.ridge(0.5);
      Map<String, FloatTensor> bare = plain.gradients(Reference.meanCrossEntropy());
      Map<String, FloatTensor> more = shrinking.gradients(Reference.meanCrossEntropy());
      more.forEach(
          (name, gradient) -> {
            float[] tensor = start.tensors().get(name).values();
            for (int i = 0; i < tensor.length; i++) {
              assertThat(gradient.values()[i])
                  .isCloseTo(bare.get(name).values()[i] + tensor[i] / 2, within(1e-6f));
            }
          });
    }
  }

  private static void assertNear(float[] found, float[] expected, float tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  @Test
  void shouldLeaveTensorsAloneThatAreNotTrained() {
    try (LoraTrainer trainer =
        new LoraTrainer(activations, fresh(1), name -> name.endsWith(LoraStart.B), 0)) {
      for (int step = 0; step < 3; step++) {
        trainer.step(Reference.meanCrossEntropy(), 1e-2);
      }
      fresh(1)
          .tensors()
          .forEach(
              (name, tensor) -> {
                float[] now = trainer.tensors().tensors().get(name).values();
                assertThat(Arrays.equals(now, tensor.values()))
                    .as(name)
                    .isEqualTo(name.endsWith(LoraStart.A));
              });
    }
  }

  @Test
  void shouldInferAfterTrainingOnTheSameTensors() {
    try (LoraTrainer trainer = trainer(Reference.tinyAdapter())) {
      double before = trainer.step(Reference.meanCrossEntropy(), 1e-2);
      float[] logits = trainer.logits(ALL);
      double after = trainer.step(Reference.meanCrossEntropy(), 1e-2);
      assertThat(after).isLessThan(before);
      assertThat(trainer.logits(ALL)).isNotEqualTo(logits);
    }
  }

  @Test
  void shouldIgnoreMaskedRows() {
    float[] weights = {1f / 3, 0, 1f / 3};
    TrainingBatch one =
        new TrainingBatch(ALL, new long[] {1, 0, 1}, new float[6], new float[3], weights);
    TrainingBatch other =
        new TrainingBatch(ALL, new long[] {1, 1, 1}, new float[6], new float[3], weights);
    try (LoraTrainer left = trainer(fresh(1));
        LoraTrainer right = trainer(fresh(1))) {
      left.step(one, 1e-2);
      right.step(other, 1e-2);
      assertThat(left.logits(ALL)).isEqualTo(right.logits(ALL));
    }
  }

  @Test
  void shouldHoldAsManyArraysAfterAHundredStepsAsAfterOne() {
    try (LoraTrainer trainer = trainer(fresh(1))) {
      trainer.step(Reference.meanCrossEntropy(), 1e-3);
      int held = trainer.managedArrays();
      int heldByModel = model.managedArrays();
      for (int step = 0; step < 100; step++) {
        trainer.step(Reference.meanCrossEntropy(), 1e-3);
        trainer.average();
        trainer.logits(ALL);
      }
      assertThat(trainer.managedArrays()).isEqualTo(held);
      assertThat(model.managedArrays()).isEqualTo(heldByModel);
    }
  }

  @Test
  void shouldHoldNoMoreAfterThreeHundredStepsOfEveryLossAndOptimizer() {
    float[] weights = {0.1f, -0.2f, 0.3f};
    float[] ones = {1, 1, 1};
    TrainingBatch everything =
        new TrainingBatch(
            ALL,
            Reference.labels(),
            new float[] {1, 0, 0, 1, 2, 1},
            weights,
            weights,
            weights,
            new TrainingBatch.Preference(weights, ones, ones));
    OptimizerSettings defaults = OptimizerSettings.sophia(0);
    try (LoraTrainer adamW = trainer(fresh(1));
        LoraTrainer sophia = new LoraTrainer(activations, fresh(1), name -> true, defaults, 1)) {
      adamW.step(everything, 1e-4);
      sophia.step(everything, 1e-4);
      int held = adamW.managedArrays() + sophia.managedArrays();
      int heldByModel = model.managedArrays();
      for (int step = 0; step < 300; step++) {
        adamW.step(everything, 1e-4);
        sophia.step(everything, 1e-4);
      }
      assertThat(adamW.managedArrays() + sophia.managedArrays()).isEqualTo(held);
      assertThat(model.managedArrays()).isEqualTo(heldByModel);
    }
  }

  @Test
  void shouldAverageTheTensorsTakenIntoTheMean() {
    try (LoraTrainer trainer = trainer(Reference.tinyAdapter())) {
      trainer.step(Reference.meanCrossEntropy(), 1e-2);
      trainer.average();
      AdapterTensors first = trainer.tensors();
      trainer.step(Reference.meanCrossEntropy(), 1e-2);
      trainer.average();
      AdapterTensors second = trainer.tensors();
      String name = first.tensors().firstKey();
      float middle =
          (first.tensors().get(name).values()[0] + second.tensors().get(name).values()[0]) / 2;
      assertThat(trainer.meanTensors().tensors().get(name).values()[0])
          .isCloseTo(middle, within(1e-6f));
    }
  }

  @Test
  void shouldAnswerRightWhileAnotherThreadTrains() throws Exception {
    float[] expected = model.logits(Reference.prompts(), null);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (LoraTrainer trainer = trainer(fresh(1))) {
      Callable<Long> training =
          () ->
              IntStream.range(0, 60)
                  .mapToDouble(i -> trainer.step(Reference.meanCrossEntropy(), 1e-3))
                  .count();
      Callable<Long> serving =
          () ->
              IntStream.range(0, 200)
                  .filter(i -> Arrays.equals(model.logits(Reference.prompts(), null), expected))
                  .count();
      Future<Long> trained = threads.submit(training);
      Future<Long> served = threads.submit(serving);
      Future<Long> servedToo = threads.submit(serving);
      assertThat(trained.get()).isEqualTo(60);
      assertThat(served.get()).isEqualTo(200);
      assertThat(servedToo.get()).isEqualTo(200);
    } finally {
      threads.shutdown();
    }
  }
}
