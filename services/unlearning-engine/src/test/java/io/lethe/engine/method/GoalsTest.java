package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.model.TrainingBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalsTest {
  private static final int[] FORGET = {1, 0};
  private static final int[] RETAIN = {2};
  private static final int[] NONE = {};

  private static final List<RowGoal> ROWS =
      List.of(
          RowGoal.label(true, -0.5),
          RowGoal.teacher(false, 1, 2, 0.25).withCrossEntropy(0.5),
          RowGoal.label(true, 3));

  @Test
  void shouldDivideEachSideByItsOwnRows() {
    TrainingBatch batch = new Goals(ROWS, 2, null).batch(FORGET, RETAIN, 1);
    assertThat(batch.rows()).containsExactly(1, 0, 2);
    assertThat(batch.labels()).containsExactly(0, 1, 1);
    assertThat(batch.teacher()).containsExactly(1, 2, 0, 0, 0, 0);
    assertThat(batch.klWeights()).containsExactly(0.125f, 0, 0);
    assertThat(batch.crossEntropyWeights()).containsExactly(0.25f, -0.25f, 3);
  }

  @Test
  void shouldLeaveOutWhatNoRowAsksFor() {
    TrainingBatch plain = new Goals(ROWS, 2, null).batch(FORGET, RETAIN, 1);
    assertThat(plain.softWeights()).isNull();
    assertThat(plain.preference()).isNull();
    List<RowGoal> rows =
        List.of(
            RowGoal.none(true).withPreference(0.5, 0.7, 0.1),
            RowGoal.teacher(false, 1, 2, 0).withSoft(2),
            RowGoal.label(true, 3));
    TrainingBatch full = new Goals(rows, 2, null).batch(FORGET, RETAIN, 1);
    assertThat(full.softWeights()).containsExactly(1, 0, 0);
    assertThat(full.preference().weights()).containsExactly(0, 0.25f, 0);
    assertThat(full.preference().references()).containsExactly(0, 0.7f, 0);
    // Rows without a preference keep a beta that can be divided by.
    assertThat(full.preference().sharpness()).containsExactly(1, 0.1f, 1);
  }

  @Test
  void shouldTeachTheOpeningInTheFirstStepsAlone() {
    List<RowGoal> alone = List.of(RowGoal.label(false, 1), RowGoal.label(false, 1));
    Goals goals = new Goals(ROWS, 2, new Goals.Opening(3, alone, false));
    assertThat(goals.isOpening(3)).isTrue();
    assertThat(goals.isOpening(4)).isFalse();
    assertThat(goals.batch(FORGET, NONE, 3).crossEntropyWeights()).containsExactly(0.5f, 0.5f);
    assertThat(goals.batch(FORGET, RETAIN, 4).crossEntropyWeights())
        .containsExactly(0.25f, -0.25f, 3);
  }
}
