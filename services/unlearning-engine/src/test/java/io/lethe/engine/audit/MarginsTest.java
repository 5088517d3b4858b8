package io.lethe.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.EngineException;
import org.junit.jupiter.api.Test;

class MarginsTest {
  @Test
  void shouldBeTheLogitOfTheConfidenceInTheTrueLabel() {
    double[] margins =
        Margins.of(new float[] {0.75f, 0.75f, 0.5f}, new boolean[] {true, false, true});
    assertThat(margins).containsExactly(new double[] {Math.log(3), -Math.log(3), 0}, within(1e-12));
  }

  @Test
  void shouldStayFiniteWhereAScoreIsZeroOrOne() {
    double[] margins = Margins.of(new float[] {1, 0}, new boolean[] {true, true});
    assertThat(margins[0]).isBetween(16.0, 17.0);
    assertThat(margins[1]).isEqualTo(-margins[0], within(1e-6));
  }

  @Test
  void shouldRefuseScoresWithoutTheirLabels() {
    assertThatThrownBy(() -> Margins.of(new float[2], new boolean[1]))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("2 scores and 1 labels");
  }
}
