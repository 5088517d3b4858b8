package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** E2URec's losses against their reference values in float64. */
class LossReferenceTest {
  private static final JsonNode EXPECTED = Reference.json("reference.json").path("e2urec");

  @Test
  void shouldGiveTheDivergenceFromEitherTeacherRowByRow() {
    try (LanguageModel model = Reference.tinyBert(Reference.settings())) {
      for (String side : new String[] {"forget", "retain"}) {
        JsonNode expected = EXPECTED.path(side);
        float[] teacher = Reference.toFloats(expected.path("teacher_logits"));
        float[] rows = Reference.toFloats(expected.path("kl_per_row"));
        for (int row = 0; row < rows.length; row++) {
          float[] weights = new float[rows.length];
          weights[row] = 1;
          assertThat(loss(model, teacher, weights)).isCloseTo((double) rows[row], within(1e-6));
        }
      }
    }
  }

  @Test
  void shouldLeaveMaskedRowsOutAndKeepTheDivisorGiven() {
    try (LanguageModel model = Reference.tinyBert(Reference.settings())) {
      float[] teacher = Reference.toFloats(EXPECTED.path("forget").path("teacher_logits"));
      float[] weights = Reference.toFloats(EXPECTED.path("row_mask"));
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= 3;
      }
      double expected = EXPECTED.path("forget").path("kl_row_masked").asDouble();
      assertThat(loss(model, teacher, weights)).isCloseTo(expected, within(1e-6));
    }
  }

  private static double loss(LanguageModel model, float[] teacher, float[] klWeights) {
    int rows = klWeights.length;
    TrainingBatch batch =
        new TrainingBatch(
            IntStream.range(0, rows).toArray(),
            new long[rows],
            teacher,
            klWeights,
            new float[rows]);
    return Losses.of(model, Reference.toFloats(EXPECTED.path("z_s")), batch);
  }
}
