package io.lethe.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against numbers that scikit-learn, SciPy and PyTorch gave. */
class AuditReferenceTest {
  private static final JsonNode EXPECTED = Reference.json("audit.json");

  @Test
  void shouldAttackAsScikitLearnsRocCurveDoes() {
    JsonNode expected = EXPECTED.path("attack");
    MembershipAttack attack =
        MembershipAttack.of(
            doubles(expected.path("members")), doubles(expected.path("non_members")));
    assertThat(attack.auc()).isCloseTo(expected.path("auc").asDouble(), within(1e-12));
    assertThat(attack.truePositiveRateAt1Percent())
        .isCloseTo(expected.path("true_positive_rate_at_1_percent").asDouble(), within(1e-12));
    assertThat(attack.truePositiveRateAt5Percent())
        .isCloseTo(expected.path("true_positive_rate_at_5_percent").asDouble(), within(1e-12));
  }

  @Test
  void shouldRefuseAnAttackWithoutNonMembers() {
    assertThatThrownBy(() -> MembershipAttack.of(new double[2], new double[0]))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("2 and 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldGiveSciPysKolmogorovSmirnovTest(int number) {
    JsonNode expected = EXPECTED.path("ks").path(number);
    KolmogorovSmirnov test =
        KolmogorovSmirnov.test(doubles(expected.path("left")), doubles(expected.path("right")));
    assertThat(test.statistic()).isCloseTo(expected.path("statistic").asDouble(), within(1e-12));
    double tolerance = expected.path("method").asText().equals("exact") ? 1e-10 : 2e-3;
    assertThat(test.pValue()).isCloseTo(expected.path("p_value").asDouble(), within(tolerance));
  }

  @ParameterizedTest
  @ValueSource(strings = {"few", "many"})
  void shouldGiveTheRatioOfTheShadowsDensities(String shadows) {
    JsonNode expected = EXPECTED.path("lira").path(shadows);
    double[][] margins = new double[expected.path("margins").size()][];
    boolean[][] trainedOn = new boolean[margins.length][];
    for (int shadow = 0; shadow < margins.length; shadow++) {
      margins[shadow] = doubles(expected.path("margins").path(shadow));
      JsonNode row = expected.path("trained_on").path(shadow);
      trainedOn[shadow] = new boolean[row.size()];
      for (int i = 0; i < row.size(); i++) {
        trainedOn[shadow][i] = row.path(i).asBoolean();
      }
    }
    double[] scores = Lira.scores(doubles(expected.path("observed")), margins, trainedOn);
    assertThat(scores).containsExactly(doubles(expected.path("scores")), within(1e-9));
  }

  @Test
  void shouldNeedShadowsOfBothKindsForEveryRow() {
    boolean[][] always = {{true}, {true}};
    assertThatThrownBy(() -> Lira.scores(new double[1], new double[2][1], always))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no shadow was not trained on row 0");
  }

  @Test
  void shouldRoundToInt8AsPyTorchDoes() {
    JsonNode expected = EXPECTED.path("int8");
    long[] shape = Reference.toLongs(expected.path("shape"));
    float[] back =
        Int8Export.roundTrip(new FloatTensor(shape, Reference.toFloats(expected.path("values"))))
            .values();
    assertThat(back)
        .containsExactly(Reference.toFloats(expected.path("round_trip")), within(1e-9f));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldGiveHanleyAndMcNeilsStandardError(int number) {
    JsonNode expected = EXPECTED.path("bounds").path(number);
    assertThat(
            Band.standardErrorOfAuc(
                expected.path("auc").asDouble(),
                expected.path("members").asInt(),
                expected.path("non_members").asInt()))
        .isCloseTo(expected.path("standard_error").asDouble(), within(1e-12));
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.path(i).asDouble();
    }
    return values;
  }
}
