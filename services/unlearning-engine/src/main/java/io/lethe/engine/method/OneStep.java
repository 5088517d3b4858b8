package io.lethe.engine.method;

import io.lethe.engine.Metrics;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.model.LastProjection;
import java.util.List;

/** What is told of a method that knows where it goes and needs no look at where it is. */
final class OneStep {
  private final String method;
  private final LastProjection.Rows rows;
  private final double before;

  /**
   * To be made before anything moves.
   *
   * @param probabilities of yes that the rows have then
   */
  OneStep(String method, LastProjection.Rows rows, float[] probabilities) {
    this.method = method;
    this.rows = rows;
    this.before = confidence(probabilities);
  }

  LastProjection.Rows rows() {
    return rows;
  }

  private double confidence(float[] probabilities) {
    if (rows.rows().length == 0) {
      return Double.NaN;
    }
    boolean[] labels = new boolean[rows.labels().length];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = rows.labels()[row] == 1;
    }
    return Metrics.meanConfidence(probabilities, labels);
  }

  /**
   * To be asked when all has moved.
   *
   * @param probabilities of yes that the rows have now
   */
  UnlearningRecord record(int steps, float[] probabilities, PhaseClock clock) {
    double after = confidence(probabilities);
    return new UnlearningRecord(
        method,
        steps,
        steps,
        0,
        true,
        List.of(),
        List.of(before, after),
        before,
        after,
        Double.NaN,
        clock.secondsByPhase());
  }
}
