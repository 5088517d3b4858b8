package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceFiguresTest {
  private static final float[] TEST = {0.75f, 0.25f, 0.5f};
  private static final boolean[] TEST_LIKED = {true, false, true};

  private static RequestScores scores(float[] erased, float... test) {
    return new RequestScores(erased, new float[] {0.5f}, test);
  }

  private static SequenceFigures figures() {
    RequestFigures.Reference reference =
        new RequestFigures.Reference(
            scores(new float[] {0.75f, 0.75f, 0.5f}, TEST),
            scores(new float[] {0.5f, 0.5f, 0.25f}, 0.75f, 0.5f, 0.5f),
            scores(new float[] {0.5f, 0.5f, 0.375f}, TEST),
            new boolean[] {true, true, false},
            TEST_LIKED);
    return SequenceFigures.of(
        reference, scores(new float[] {0.5f, 0.625f, 0.75f}, 0.25f, 0.5f, 0.75f), List.of(2, 1));
  }

  @Test
  void shouldTellTheWorstRequestFromAllRowsTogether() {
    SequenceFigures figures = figures();
    assertThat(figures.request()).isEqualTo(2);
    assertThat(figures.rows()).isEqualTo(3);
    // The first request's rows are at 0 and a half of the way, the second's row moved away.
    assertThat(figures.residual()).isEqualTo((0 + 0.125 + 0.5) / 0.75);
    assertThat(figures.worstEarlierResidual()).isEqualTo(2);
  }

  @Test
  void shouldGiveTheAucOfTheLineAndOfTheExactRetrain() {
    assertThat(figures().auc()).isEqualTo(0.5);
    assertThat(figures().aucExact()).isEqualTo(0.75);
  }

  @Test
  void shouldRetrainAfterTheFirstEveryTenthAndTheLastRequest() {
    assertThat(
            IntStream.rangeClosed(1, 23)
                .filter(request -> SequenceFigures.isCheckpoint(request, 23))
                .toArray())
        .containsExactly(1, 10, 20, 23);
  }

  @Test
  void shouldHoldTheLastTenAgainstTheFirstTen() {
    assertThat(line(IntStream.rangeClosed(1, 30)).lastTenOverFirstTenMillis())
        .isEqualTo(25.5 / 5.5);
    assertThat(line(IntStream.of(2, 4, 9, 3, 6)).lastTenOverFirstTenMillis()).isEqualTo(4.5 / 3);
  }

  private static SequenceReport.Line line(IntStream millis) {
    return new SequenceReport.Line(
        "e2urec", List.of(figures()), millis.mapToObj(one -> (double) one).toList(), List.of());
  }

  @Test
  void shouldTakeTheWorstCheckpointAndTheEndsWorstRequest() {
    SequenceFigures worse = new SequenceFigures(1, 2, 3, 0.1, 0.875, 0.875, 0.7, 0.7, 0);
    SequenceReport.Line line =
        new SequenceReport.Line("e2urec", List.of(worse, figures()), List.of(1.0, 2.0), List.of());
    assertThat(line.worstResidual()).isEqualTo(0.875);
    assertThat(line.worstEarlierResidual()).isEqualTo(2);
    SequenceReport report = new SequenceReport(List.of(), List.of(line), 0.7, Map.of());
    assertThat(report.signal()).isEqualTo((3 + worseSignal()) / 2);
    assertThat(report.isConclusive()).isTrue();
  }

  /** Signal of the hand-made figures: .25 on erased rows, a third of .25 on test rows. */
  private static double worseSignal() {
    return 0.25 / (0.25 / 3);
  }
}
