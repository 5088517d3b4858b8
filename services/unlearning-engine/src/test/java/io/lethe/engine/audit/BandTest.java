package io.lethe.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import org.junit.jupiter.api.Test;

class BandTest {
  private final Band band = Band.around(new double[] {0.55, 0.5}, 0.125);

  @Test
  void shouldReachFromTheLowestToTheHighestRetrainAndTheAllowanceBeyond() {
    assertThat(band).isEqualTo(new Band(0.375, 0.675));
  }

  @Test
  void shouldCallWhatLiesAboveUnderForgottenAndWhatLiesBelowOverForgotten() {
    assertThat(band.verdict(0.6751)).isEqualTo(Band.Verdict.UNDER);
    assertThat(band.verdict(0.675)).isEqualTo(Band.Verdict.WITHIN);
    assertThat(band.verdict(0.375)).isEqualTo(Band.Verdict.WITHIN);
    assertThat(band.verdict(0.374)).isEqualTo(Band.Verdict.OVER);
  }

  @Test
  void shouldRefuseALowEndAboveTheHighEnd() {
    assertThatThrownBy(() -> new Band(1, 0))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("low must not be above high");
  }
}
