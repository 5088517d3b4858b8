package io.lethe.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
  private final Curve curve = new Curve();

  @Test
  void shouldKeepEveryLossUntilItIsFull() {
    IntStream.rangeClosed(1, 200).forEach(step -> curve.add("student", step, step));
    assertThat(curve.points()).hasSize(200);
    assertThat(curve.points().get(199)).isEqualTo(new Curve.Point("student", 200, 200.0));
  }

  @Test
  void shouldThinEvenlyWhatIsBeyondItsBound() {
    IntStream.rangeClosed(1, 1000).forEach(step -> curve.add("student", step, step));
    assertThat(curve.points())
        .extracting(Curve.Point::stepsDone)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 125).mapToObj(at -> 8 * at).toList());
  }

  @Test
  void shouldPassOverALossThatIsNoNumber() {
    curve.add("augmented-teacher", 1, Double.NaN);
    curve.add("student", 1, 0.5);
    assertThat(curve.points()).containsExactly(new Curve.Point("student", 1, 0.5));
  }
}
