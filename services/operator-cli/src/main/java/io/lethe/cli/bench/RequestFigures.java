package io.lethe.cli.bench;

import io.lethe.engine.Metrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one request's scores say of a model that was to forget.
 *
 * @param residual on erased rows: 0 as the exact retrain, 1 as the original
 * @param collateral mean absolute change of the scores of other subjects' rows
 * @param towardShare share of the erased rows that are nearer to the exact retrain than they were
 * @param aucDelta change of the test rows' AUC
 * @param mia AUC of the margin attack, erased rows against test rows
 * @param lira AUC of the likelihood-ratio attack, erased rows against test rows; no number where no
 *     shadow models were asked for
 */
record RequestFigures(
    double residual,
    double collateral,
    double towardShare,
    double aucDelta,
    double mia,
    double lira) {

  private static final RequestFigures NONE =
      new RequestFigures(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /**
   * What every method is measured against.
   *
   * @param otherSeed exact retrain with another seed
   */
  record Reference(
      RequestScores original,
      RequestScores exact,
      RequestScores otherSeed,
      boolean[] erasedLiked,
      boolean[] testLiked) {
    /** How far original and exact are apart on erased rows, over how far on test rows. */
    double signal() {
      return Metrics.signal(original.erased(), exact.erased(), original.test(), exact.test());
    }

    /** Residual of the exact retrain with another seed. */
    double floor() {
      return Metrics.floor(otherSeed.erased(), exact.erased(), original.erased());
    }

    double originalAuc() {
      return Metrics.auc(original.test(), testLiked);
    }

    /** Figures of a model; none is a number where a score is not. */
    RequestFigures of(RequestScores model) {
      if (!model.measured().isFinite()) {
        return NONE;
      }
      Figures figures =
          new Figures.Reference(original.measured(), exact.measured(), erasedLiked, testLiked)
              .of(model.measured());
      return new RequestFigures(
          figures.residual(),
          Metrics.meanDistance(model.others(), original.others()),
          toward(model.erased(), exact.erased(), original.erased()),
          figures.auc() - originalAuc(),
          figures.mia(),
          Double.NaN);
    }
  }

  RequestFigures withLira(double lira) {
    return new RequestFigures(residual, collateral, towardShare, aucDelta, mia, lira);
  }

  /** Share of rows that lie nearer to exact than the original does. */
  static double toward(float[] model, float[] exact, float[] original) {
    int nearer = 0;
    for (int row = 0; row < model.length; row++) {
      if (Math.abs((double) model[row] - exact[row])
          < Math.abs((double) original[row] - exact[row])) {
        nearer++;
      }
    }
    return (double) nearer / model.length;
  }

  /** Means of several. */
  static RequestFigures mean(List<RequestFigures> several) {
    return new RequestFigures(
        mean(several, RequestFigures::residual),
        mean(several, RequestFigures::collateral),
        mean(several, RequestFigures::towardShare),
        mean(several, RequestFigures::aucDelta),
        mean(several, RequestFigures::mia),
        mean(several, RequestFigures::lira));
  }

  static <T> double mean(List<T> several, ToDoubleFunction<T> figure) {
    return several.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
