package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.OptimizerSettings;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sophia against its update written out in PyTorch; make_methods_reference.py tells how. */
class SophiaReferenceTest {
  private static final JsonNode EXPECTED = Reference.json("methods.json");

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

  @Test
  void shouldFollowSophiaWithDrawnLabelsForTwentySteps() {
    follow("sophia", false);
  }

  @Test
  void shouldFollowSoulWithItsDoubleMomentumForTwentySteps() {
    follow("soul", true);
  }

  private static void follow(String name, boolean asSoul) {
    JsonNode expected = EXPECTED.path(name);
    OptimizerSettings settings =
        new OptimizerSettings(
            OptimizerSettings.SOPHIA,
            expected.path("decay").asDouble(),
            0.9,
            0.95,
            1e-15,
            expected.path("rho").asDouble(),
            expected.path("every").asInt(),
            asSoul,
            asSoul);
    try (LoraTrainer trainer =
        new LoraTrainer(
            activations,
            Reference.tinyAdapter(),
            tensor -> true,
            settings,
            expected.path("seed").asLong())) {
      for (int step = 0; step < 20; step++) {
        double loss = trainer.step(Reference.meanCrossEntropy(), expected.path("rate").asDouble());
        assertThat(loss).isCloseTo(expected.path("losses").path(step).asDouble(), within(1e-5));
      }
      Map<String, FloatTensor> tensors = Reference.tensors(name + "_after_20_steps.safetensors");
      assertThat(trainer.tensors().tensors().keySet()).isEqualTo(tensors.keySet());
      tensors.forEach(
          (tensor, values) -> {
            float[] found = trainer.tensors().tensors().get(tensor).values();
            for (int i = 0; i < found.length; i++) {
              assertThat(found[i]).isCloseTo(values.values()[i], within(1e-4f));
            }
          });
    }
  }

  @Test
  void shouldDrawTheSameLabelsForTheSameSeedOnly() {
    float[] first = logitsAfter(1);
    assertThat(logitsAfter(1)).isEqualTo(first);
    assertThat(logitsAfter(2)).isNotEqualTo(first);
  }

  private static float[] logitsAfter(long seed) {
    OptimizerSettings defaults = OptimizerSettings.sophia(0);
    OptimizerSettings smooth =
        new OptimizerSettings(
            defaults.name(),
            0,
            defaults.beta1(),
            defaults.beta2(),
            defaults.epsilon(),
            20,
            1,
            false,
            false);
    try (LoraTrainer trainer =
        new LoraTrainer(activations, Reference.tinyAdapter(), tensor -> true, smooth, seed)) {
      for (int step = 0; step < 5; step++) {
        trainer.step(Reference.meanCrossEntropy(), 1e-3);
      }
      return trainer.logits(new int[] {0, 1, 2});
    }
  }
}
