package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.model.Reference;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Offset<Double> TOLERANCE = within(1e-6);
  private static final JsonNode EXPECTED = Reference.json("reference.json").path("metrics");
  private static final float[] P = Reference.toFloats(EXPECTED.path("p"));
  private static final float[] Q = Reference.toFloats(EXPECTED.path("q"));

  private static boolean[] liked() {
    long[] labels = Reference.toLongs(EXPECTED.path("labels"));
    boolean[] liked = new boolean[labels.length];
    for (int i = 0; i < liked.length; i++) {
      liked[i] = labels[i] == 1;
    }
    return liked;
  }

  @Test
  void shouldCountTiesInTheAucAsOneHalf() {
    assertThat(EXPECTED.path("tied_pairs").asInt()).isPositive();
    assertThat(Metrics.auc(P, liked())).isCloseTo(EXPECTED.path("auc").asDouble(), TOLERANCE);
    assertThat(Metrics.auc(Q, liked())).isCloseTo(EXPECTED.path("auc_q").asDouble(), TOLERANCE);
    assertThat(Metrics.auc(new float[] {1, 2}, new boolean[] {true, true})).isNaN();
  }

  @Test
  void shouldGiveTheReferencesLogLossAndAccuracy() {
    assertThat(Metrics.logLoss(P, liked()))
        .isCloseTo(EXPECTED.path("log_loss").asDouble(), TOLERANCE);
    assertThat(Metrics.accuracy(P, liked()))
        .isCloseTo(EXPECTED.path("accuracy").asDouble(), TOLERANCE);
  }

  @Test
  void shouldGiveTheReferencesDivergences() {
    JsonNode expected = EXPECTED.path("two_class");
    assertThat(Metrics.jensenShannon(P, Q))
        .isCloseTo(expected.path("jensen_shannon").asDouble(), TOLERANCE);
    assertThat(Metrics.halfJeffreys(P, Q))
        .isCloseTo(expected.path("half_jeffreys").asDouble(), TOLERANCE);
    assertThat(Metrics.l2(P, Q)).isCloseTo(expected.path("l2").asDouble(), TOLERANCE);
    assertThat(Metrics.jensenShannon(new float[] {0, 1}, new float[] {1, 0}))
        .isCloseTo(Math.log(2), TOLERANCE);
  }

  @Test
  void shouldMeanTheProbabilityOfTheTrueLabelByConfidence() {
    float[] scores = {0.75f, 0.25f, 0.5f};
    boolean[] liked = {true, true, false};
    assertThat(Metrics.meanConfidence(scores, liked)).isEqualTo(0.5);
  }

  @Test
  void shouldMeasureTheWayToTheExactRetrain() {
    float[] original = {0.9f, 0.2f};
    float[] exact = {0.5f, 0.4f};
    float[] halfway = {0.7f, 0.3f};
    assertThat(Metrics.residual(original, exact, original)).isEqualTo(1);
    assertThat(Metrics.residual(exact, exact, original)).isZero();
    assertThat(Metrics.residual(halfway, exact, original)).isCloseTo(0.5, TOLERANCE);
    assertThat(Metrics.floor(halfway, exact, original)).isCloseTo(0.5, TOLERANCE);
    float[] other = {0.5f, 0.5f};
    float[] otherExact = {0.4f, 0.6f};
    assertThat(Metrics.signal(original, exact, other, otherExact)).isCloseTo(3, TOLERANCE);
  }

  @Test
  void shouldRefuseSidesOfUnequalLength() {
    assertThatThrownBy(() -> Metrics.l2(new float[2], new float[3]))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("2 and 3");
    assertThatThrownBy(() -> Metrics.auc(new float[0], new boolean[0]))
        .isInstanceOf(EngineException.class);
  }
}
