package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.program.Program.Mode;
import org.junit.jupiter.api.Test;

/** E2URec's losses against their reference values in float64. */
class LossReferenceTest {
  private static final JsonNode EXPECTED = Reference.json("reference.json").path("e2urec");

  @Test
  void shouldGiveTheDivergenceFromEitherTeacherRowByRow() {
    try (LanguageModel model = Reference.tinyBert(EngineSettings.defaults())) {
      for (String side : new String[] {"forget", "retain"}) {
        JsonNode expected = EXPECTED.path(side);
        float[] teacher = Reference.toFloats(expected.path("teacher_logits"));
        float[] rows = Reference.toFloats(expected.path("kl_per_row"));
        for (int row = 0; row < rows.length; row++) {
          float[] weights = new float[rows.length];
          weights[row] = 1;
          assertThat(loss(model, teacher, weights)).isCloseTo(rows[row], within(1e-6f));
        }
      }
    }
  }

  @Test
  void shouldLeaveMaskedRowsOutAndKeepTheDivisorGiven() {
    try (LanguageModel model = Reference.tinyBert(EngineSettings.defaults())) {
      float[] teacher = Reference.toFloats(EXPECTED.path("forget").path("teacher_logits"));
      float[] weights = Reference.toFloats(EXPECTED.path("row_mask"));
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= 3;
      }
      float expected = (float) EXPECTED.path("forget").path("kl_row_masked").asDouble();
      assertThat(loss(model, teacher, weights)).isCloseTo(expected, within(1e-6f));
    }
  }

  private static float loss(LanguageModel model, float[] teacher, float[] klWeights) {
    float[] student = Reference.toFloats(EXPECTED.path("z_s"));
    int rows = klWeights.length;
    try (NDManager call = model.newScope()) {
      NDList inputs =
          new NDList(
              call.create(student, new Shape(rows, 2)),
              call.create(new long[rows]),
              call.create(teacher, new Shape(rows, 2)),
              call.create(klWeights),
              call.create(new float[rows]));
      return model.callBare("loss_of", Mode.INFERENCE, inputs).getFloat();
    }
  }
}
