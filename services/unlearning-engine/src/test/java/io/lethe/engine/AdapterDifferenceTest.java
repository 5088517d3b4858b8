package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterDifferenceTest {
  private static AdapterTensors tensors(float first, float second) {
    return new AdapterTensors(
        1,
        1,
        Map.of(
            "a", new FloatTensor(new long[] {1, 2}, new float[] {first, 0}),
            "b", new FloatTensor(new long[] {2, 1}, new float[] {second, 1})));
  }

  @Test
  void shouldFindNoneBetweenEqualTensors() {
    assertThat(AdapterDifference.between(tensors(1, 2), tensors(1, 2))).isEmpty();
  }

  @Test
  void shouldNameTheFirstTensorThatDiffersAndTheLargestDifference() {
    assertThat(AdapterDifference.between(tensors(1, 2), tensors(1.5f, 4)))
        .isEqualTo(Optional.of(new AdapterDifference("a", 2, 2)));
    assertThat(AdapterDifference.between(tensors(1, 2), tensors(1, 2.25f)))
        .isEqualTo(Optional.of(new AdapterDifference("b", 1, 0.25)));
  }

  @Test
  void shouldCallAMissingTensorInfinitelyFar() {
    AdapterTensors one =
        new AdapterTensors(1, 1, Map.of("a", new FloatTensor(new long[] {1, 2}, new float[2])));
    assertThat(AdapterDifference.between(one, tensors(0, 0)))
        .isEqualTo(Optional.of(new AdapterDifference("b", 1, Double.POSITIVE_INFINITY)));
  }
}
