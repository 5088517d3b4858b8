package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The program against PyTorch, transformers and PEFT. */
class BertReferenceTest {
  private static final Offset<Float> TOLERANCE = within(1e-4f);
  private static final JsonNode EXPECTED =
      Reference.json("reference.json").path("model").path("float32");

  private static LanguageModel model;

  @BeforeAll
  static void openModel() {
    model = Reference.tinyBert(Reference.settings());
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  @Test
  void shouldGiveTheLogitsOfTransformers() {
    float[] logits = model.logits(Reference.prompts(), null);
    assertNear(logits, Reference.toFloats(EXPECTED.path("without_adapter").path("answer_logits")));
  }

  @Test
  void shouldGiveTheLogitsOfPeftWithItsAdapter() {
    try (LoraTensors lora = model.place(Reference.tinyAdapter())) {
      float[] logits = model.logits(Reference.prompts(), lora);
      assertNear(logits, Reference.toFloats(EXPECTED.path("with_adapter").path("answer_logits")));
    }
  }

  @Test
  void shouldGiveTheSameLogitsFromKeptActivations() {
    float[] expected = Reference.toFloats(EXPECTED.path("without_adapter").path("answer_logits"));
    for (int split = 0; split < 2; split++) {
      try (Activations kept = Activations.of(model, Reference.prompts(), split);
          Activations computed = Activations.of(model, Reference.prompts(), split, 0)) {
        assertNear(kept.logits(new int[] {0, 1, 2}, null), expected);
        assertNear(computed.logits(new int[] {0, 1, 2}, null), expected);
      }
    }
  }

  @Test
  void shouldAnswerARowAloneAsAmongLongerOnes() {
    float[] together = model.logits(Reference.prompts(), null);
    for (int row = 0; row < 3; row++) {
      float[] alone = model.logits(Reference.prompts().subList(row, row + 1), null);
      assertThat(alone[0]).isCloseTo(together[2 * row], within(1e-5f));
      assertThat(alone[1]).isCloseTo(together[2 * row + 1], within(1e-5f));
    }
  }

  @Test
  void shouldGiveTheGradientsOfAutograd() {
    try (Activations activations = Activations.of(model, Reference.prompts(), 0);
        LoraTrainer trainer =
            new LoraTrainer(activations, Reference.tinyAdapter(), name -> true, 0.01)) {
      assertNear(
          trainer.gradients(Reference.meanCrossEntropy()),
          Reference.tensors("lora_gradients.safetensors"));
    }
  }

  @Test
  void shouldFollowTorchsAdamWForTwentySteps() {
    try (Activations activations = Activations.of(model, Reference.prompts(), 0);
        LoraTrainer trainer =
            new LoraTrainer(activations, Reference.tinyAdapter(), name -> true, 0.01)) {
      JsonNode losses = EXPECTED.path("adamw").path("losses");
      for (int step = 0; step < 20; step++) {
        double loss = trainer.step(Reference.meanCrossEntropy(), 1e-3);
        assertThat(loss).isCloseTo(losses.path(step).asDouble(), within(5e-6));
      }
      assertNear(trainer.tensors().tensors(), Reference.tensors("lora_after_20_steps.safetensors"));
      assertNear(
          trainer.logits(new int[] {0, 1, 2}),
          Reference.toFloats(EXPECTED.path("adamw").path("answer_logits_after")));
    }
  }

  @Test
  void shouldStayNearTheReferenceInBf16() {
    try (LanguageModel half =
        Reference.tinyBert(Reference.settings().withPrecision(EngineSettings.BF16))) {
      float[] expected = Reference.toFloats(EXPECTED.path("without_adapter").path("answer_logits"));
      float[] logits = half.logits(Reference.prompts(), null);
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], within(0.06f));
      }
    }
  }

  private static void assertNear(
      Map<String, FloatTensor> found, Map<String, FloatTensor> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(found.get(name).shape()).isEqualTo(tensor.shape());
          assertNear(found.get(name).values(), tensor.values());
        });
  }

  private static void assertNear(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], TOLERANCE);
    }
  }
}
