package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final boolean[] YES = {true, true};
  private final Choice choice = new Choice(new float[] {0.5f, 0.5f}, YES, YES);

  private static MethodRun run(float forget, float valid, double target) {
    return new MethodRun(
        "m",
        1,
        1,
        new float[] {forget, forget},
        new float[] {valid, valid},
        new float[0],
        target,
        1,
        0,
        0,
        0,
        Map.of(),
        0,
        0,
        null,
        null);
  }

  @Test
  void shouldMeasureTheWayToTheTargetAndWhatWasLostOnValidationRows() {
    assertThat(choice.distance(run(0.75f, 0.5f, 0.5))).isCloseTo(0.25, within(1e-6));
    assertThat(choice.distance(run(0.5f, 0.25f, 0.5))).isCloseTo(Math.log(2), within(1e-6));
    assertThat(choice.distance(run(0.5f, 0.75f, 0.5))).isZero();
  }

  @Test
  void shouldTakeTheConfidenceInUnseenRowsWhereAMethodHasNoTarget() {
    assertThat(choice.distance(run(0.75f, 0.5f, Double.NaN))).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void shouldPutABrokenRunLast() {
    assertThat(choice.distance(run(Float.NaN, 0.5f, 0.5))).isInfinite();
  }
}
