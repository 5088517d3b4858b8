package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestFiguresTest {
  private static final float[] TEST_ORIGINAL = {0.5f, 0.25f, 0.75f, 0.125f};
  private static final boolean[] TEST_LIKED = {true, false, true, false};

  private static final RequestScores ORIGINAL =
      new RequestScores(
          new float[] {0.75f, 0.25f, 0.5f, 0.5f}, new float[] {0.5f, 0.25f}, TEST_ORIGINAL);
  private static final RequestScores EXACT =
      new RequestScores(
          new float[] {0.5f, 0.5f, 0.25f, 0.75f},
          new float[] {0.5f, 0.5f},
          new float[] {0.5f, 0.375f, 0.75f, 0.125f});
  private static final RequestScores OTHER_SEED =
      new RequestScores(
          new float[] {0.5f, 0.5f, 0.25f, 0.625f}, new float[] {0.25f, 0.25f}, TEST_ORIGINAL);
  private static final RequestFigures.Reference REFERENCE =
      new RequestFigures.Reference(
          ORIGINAL, EXACT, OTHER_SEED, new boolean[] {true, false, true, true}, TEST_LIKED);

  @Test
  void shouldTakeTheSignalOnErasedRowsOverTestRows() {
    // A quarter on each erased row; an eighth on one of four test rows.
    assertThat(REFERENCE.signal()).isEqualTo(0.25 / (0.125 / 4));
  }

  @Test
  void shouldTakeTheFloorFromTheOtherSeedsRetrain() {
    assertThat(REFERENCE.floor()).isEqualTo((0.125 / 4) / 0.25);
    assertThat(REFERENCE.of(OTHER_SEED).residual()).isEqualTo(REFERENCE.floor());
  }

  @Test
  void shouldGiveTheOriginalAResidualOfOneAndNothingMoved() {
    RequestFigures figures = REFERENCE.of(ORIGINAL);
    assertThat(figures.residual()).isEqualTo(1);
    assertThat(figures.collateral()).isZero();
    assertThat(figures.towardShare()).isZero();
    assertThat(figures.aucDelta()).isZero();
  }

  @Test
  void shouldMeasureWhatMovedAndWhereTo() {
    // Erased rows: exact; half-way; not moved; moved away as far as exact was.
    RequestFigures figures =
        REFERENCE.of(
            new RequestScores(
                new float[] {0.5f, 0.375f, 0.5f, 0.25f},
                new float[] {0.5f, 0.375f},
                new float[] {0.125f, 0.25f, 0.75f, 0.5f}));
    assertThat(figures.residual()).isEqualTo((0 + 0.125 + 0.25 + 0.5) / 4 / 0.25);
    assertThat(figures.towardShare()).isEqualTo(0.5);
    assertThat(figures.collateral()).isEqualTo(0.125 / 2);
    // Of four pairs of liked and disliked rows the original orders all, this one two.
    assertThat(figures.aucDelta()).isEqualTo(-0.5);
    // Confidences of erased rows: .5, .625, .5, .25; of test rows: .125, .75, .75, .5. Of the test
    // rows .5 stands above one and beside one, .625 above two, .25 above one.
    assertThat(figures.mia()).isCloseTo((1.5 + 2 + 1.5 + 1) / 16, within(1e-12));
  }

  @Test
  void shouldGiveNoFigureWhereAScoreIsNoNumber() {
    RequestFigures figures =
        REFERENCE.of(
            new RequestScores(new float[] {Float.NaN, 0, 0, 0}, new float[] {0, 0}, TEST_ORIGINAL));
    assertThat(figures.residual()).isNaN();
    assertThat(figures.collateral()).isNaN();
  }

  @Test
  void shouldTakeMeansOfEveryFigure() {
    assertThat(
            RequestFigures.mean(
                List.of(
                    new RequestFigures(1, 0.5, 0.25, -0.5, 0.5, 0.75),
                    new RequestFigures(0.5, 0, 0.75, 0.25, 0.25, 0.25))))
        .isEqualTo(new RequestFigures(0.75, 0.25, 0.5, -0.125, 0.375, 0.5));
  }
}
