package io.lethe.cli.bench;

import io.lethe.engine.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where a line of adapters stands after several requests, held against a recommender that was tuned
 * without any of their rows.
 *
 * @param request number of the last request that was met
 * @param rows erased by all requests so far
 * @param signal of all erased rows
 * @param floor of all erased rows
 * @param residual of all erased rows together
 * @param worstEarlierResidual the largest residual of any one request's rows
 * @param auc of the line on test rows
 * @param aucExact of the exact retrain on test rows
 * @param collateral mean absolute change of the scores of subjects who never ask
 */
record SequenceFigures(
    int request,
    int rows,
    double signal,
    double floor,
    double residual,
    double worstEarlierResidual,
    double auc,
    double aucExact,
    double collateral) {

  private static final int CHECKPOINT_EVERY = 10;

  /** An exact retrain is dear: after the first request, after every tenth and after the last. */
  static boolean isCheckpoint(int request, int requests) {
    return request == 1 || request % CHECKPOINT_EVERY == 0 || request == requests;
  }

  /**
   * @param erasedRows rows of every request so far, which the scores of erased rows follow in order
   */
  static SequenceFigures of(
      RequestFigures.Reference reference, RequestScores line, List<Integer> erasedRows) {
    RequestFigures figures = reference.of(line);
    List<Double> each = new ArrayList<>();
    int from = 0;
    for (int rows : erasedRows) {
      each.add(
          Metrics.residual(
              Arrays.copyOfRange(line.erased(), from, from + rows),
              Arrays.copyOfRange(reference.exact().erased(), from, from + rows),
              Arrays.copyOfRange(reference.original().erased(), from, from + rows)));
      from += rows;
    }
    return new SequenceFigures(
        erasedRows.size(),
        from,
        reference.signal(),
        reference.floor(),
        figures.residual(),
        each.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        Metrics.auc(line.test(), reference.testLiked()),
        Metrics.auc(reference.exact().test(), reference.testLiked()),
        figures.collateral());
  }

  /** Means over seeds of one checkpoint. */
  static SequenceFigures mean(List<SequenceFigures> seeds) {
    return new SequenceFigures(
        seeds.get(0).request(),
        seeds.get(0).rows(),
        mean(seeds, SequenceFigures::signal),
        mean(seeds, SequenceFigures::floor),
        mean(seeds, SequenceFigures::residual),
        mean(seeds, SequenceFigures::worstEarlierResidual),
        mean(seeds, SequenceFigures::auc),
        mean(seeds, SequenceFigures::aucExact),
        mean(seeds, SequenceFigures::collateral));
  }

  private static double mean(
      List<SequenceFigures> seeds, ToDoubleFunction<SequenceFigures> figure) {
    return RequestFigures.mean(seeds, figure);
  }
}
