package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForgetTargetTest {
  private static final boolean[] ONE_EACH = {true, false};

  private static double target(float[] forget, float[] retain, float[] heldOut, double aim) {
    return ForgetTarget.estimate(forget, ONE_EACH, retain, ONE_EACH, heldOut, ONE_EACH, aim)
        .confidence();
  }

  @Test
  void shouldTakeAwayWhatTrainingAddedOnRetainedRows() {
    assertThat(
            target(
                new float[] {0.65f, 0.35f}, new float[] {0.7f, 0.3f}, new float[] {0.6f, 0.4f}, 1))
        .isCloseTo(0.55, within(1e-6));
  }

  @Test
  void shouldTakeRowsKnownBetterThanRetainedOnesDownToHeldOutRows() {
    assertThat(
            target(new float[] {0.8f, 0.2f}, new float[] {0.7f, 0.3f}, new float[] {0.6f, 0.4f}, 1))
        .isCloseTo(0.6, within(1e-6));
  }

  @Test
  void shouldGoTheShareOfTheWayThatIsAimedAt() {
    assertThat(
            target(
                new float[] {0.65f, 0.35f},
                new float[] {0.7f, 0.3f},
                new float[] {0.6f, 0.4f},
                0.5))
        .isCloseTo(0.6, within(1e-6));
  }

  @Test
  void shouldStillStepDownWhereTrainingAddedNothing() {
    assertThat(
            target(new float[] {0.6f, 0.4f}, new float[] {0.6f, 0.4f}, new float[] {0.6f, 0.4f}, 1))
        .isCloseTo(0.59, within(1e-6));
  }

  @Test
  void shouldCompareLikesWithLikes() {
    float[] forget = {0.55f, 0.55f};
    boolean[] likes = {true, true};
    // Likes are known no better than unknown ones here; dislikes are.
    double target =
        ForgetTarget.estimate(
                forget,
                likes,
                new float[] {0.6f, 0.1f},
                ONE_EACH,
                new float[] {0.5f, 0.5f},
                ONE_EACH,
                1)
            .confidence();
    assertThat(target).isCloseTo(0.45, within(1e-6));
  }
}
