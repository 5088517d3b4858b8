package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.program.Program.Mode;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoraDropoutTest {
  private static final FamilyFixture FIXTURE = FamilyFixture.of("qwen3");

  private static LanguageModel model;
  private static Activations activations;

  @BeforeAll
  static void openModel() {
    model = FIXTURE.open(EngineSettings.defaults());
    activations = Activations.of(model, FIXTURE.prompts(), 0);
  }

  @AfterAll
  static void closeModel() {
    activations.close();
    model.close();
  }

  /** The adapter after some steps. */
  private static AdapterTensors trained(AdapterTensors start) {
    try (LoraTrainer trainer = new LoraTrainer(activations, start, name -> true, 0)) {
      for (int step = 0; step < 3; step++) {
        trainer.step(FIXTURE.meanCrossEntropy(), 1e-3);
      }
      return trainer.tensors();
    }
  }

  private static float[] values(AdapterTensors tensors) {
    return tensors.tensors().get(tensors.tensors().lastKey()).values();
  }

  @Test
  void shouldTrainAlikeFromTheSameStartAndOtherwiseThanWithoutDropout() {
    AdapterTensors start = FIXTURE.adapter();
    assertThat(start.dropout()).isEqualTo(0.1);
    float[] first = values(trained(start));
    assertThat(values(trained(start))).isEqualTo(first);
    assertThat(values(trained(start.withoutDropout()))).isNotEqualTo(first);
    assertThat(trained(start).dropout()).isEqualTo(0.1);
  }

  @Test
  void shouldLeaveNothingOutOfAnAnswer() {
    AdapterTensors start = FIXTURE.adapter();
    try (LoraTrainer trainer = new LoraTrainer(activations, start, name -> true, 0)) {
      trainer.step(FIXTURE.meanCrossEntropy(), 0);
      assertThat(trainer.logits(FIXTURE.rows()))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(FIXTURE.floats("logits"));
    }
  }

  @Test
  void shouldLeaveOutItsShareAndOtherValuesEachTime() {
    float[] first = new float[20_000];
    float[] second = new float[first.length];
    try (NDManager call = model.newScope()) {
      NDArray draws = call.create(new long[] {7});
      for (float[] found : new float[][] {first, second}) {
        NDList inputs = new NDList(call.ones(new Shape(100, 200)), call.create(0.25f), draws);
        float[] values = model.callBare("dropped", Mode.CONSTANT, inputs).toFloatArray();
        System.arraycopy(values, 0, found, 0, found.length);
      }
    }
    assertThat(share(first)).isCloseTo(0.25, within(0.01));
    assertThat(share(second)).isCloseTo(0.25, within(0.01));
    for (float value : first) {
      assertThat(value == 0 || Math.abs(value - 4f / 3) < 1e-6).isTrue();
    }
    // Two draws that know nothing of each other agree on 0.25^2 + 0.75^2 of the values.
    double agreeing =
        IntStream.range(0, first.length).filter(i -> first[i] == second[i]).count()
            / (double) first.length;
    assertThat(agreeing).isCloseTo(0.625, within(0.015));
    // Neither rows nor columns are left out together.
    for (int i = 0; i < 100; i++) {
      assertThat(share(Arrays.copyOfRange(first, 200 * i, 200 * i + 200)))
          .isCloseTo(0.25, within(0.15));
    }
  }

  private static double share(float[] values) {
    return IntStream.range(0, values.length).filter(i -> values[i] == 0).count()
        / (double) values.length;
  }
}
