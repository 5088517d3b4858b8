package io.lethe.cli.bench;

import io.lethe.engine.FloatTensor;
import io.lethe.engine.Metrics;
import io.lethe.engine.audit.Band;
import io.lethe.engine.audit.KolmogorovSmirnov;
import io.lethe.engine.audit.Margins;
import io.lethe.engine.audit.MembershipAttack;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What scores say of a model.
 *
 * @param auc on test rows
 * @param logLoss on test rows
 * @param accuracy on test rows
 * @param confidence mean probability of the true labels of the forget rows
 * @param residual on forget rows: 0 as the exact retrain, 1 as the original
 * @param jsd Jensen-Shannon divergence from the exact retrain on forget rows
 * @param halfJeffreys on forget rows
 * @param l2 on forget rows
 * @param mia AUC of the margin attack, forget rows against test rows
 * @param miaAt1Percent its true-positive rate at 1 % false positives
 * @param miaAt5Percent the same at 5 %
 * @param ksPValue of the margins on forget rows being distributed as the exact retrain's
 */
record Figures(
    double auc,
    double logLoss,
    double accuracy,
    double confidence,
    double residual,
    double jsd,
    double halfJeffreys,
    double l2,
    double mia,
    double miaAt1Percent,
    double miaAt5Percent,
    double ksPValue) {

  /** Of a model that broke: no figure is a number. */
  private static final Figures NONE =
      new Figures(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN);

  /** Scores of a model on forget rows and on test rows. */
  record Scores(float[] forget, float[] test) {
    boolean isFinite() {
      return new FloatTensor(new long[] {forget.length}, forget).isFinite()
          && new FloatTensor(new long[] {test.length}, test).isFinite();
    }
  }

  /** What every model is measured against. */
  record Reference(Scores original, Scores exact, boolean[] forgetLiked, boolean[] testLiked) {
    Figures of(Scores model) {
      if (!model.isFinite()) {
        return NONE;
      }
      double[] forgotten = Margins.of(model.forget(), forgetLiked);
      MembershipAttack attack = MembershipAttack.of(forgotten, Margins.of(model.test(), testLiked));
      return new Figures(
          Metrics.auc(model.test(), testLiked),
          Metrics.logLoss(model.test(), testLiked),
          Metrics.accuracy(model.test(), testLiked),
          Metrics.meanConfidence(model.forget(), forgetLiked),
          Metrics.residual(model.forget(), exact.forget(), original.forget()),
          Metrics.jensenShannon(model.forget(), exact.forget()),
          Metrics.halfJeffreys(model.forget(), exact.forget()),
          Metrics.l2(model.forget(), exact.forget()),
          attack.auc(),
          attack.truePositiveRateAt1Percent(),
          attack.truePositiveRateAt5Percent(),
          KolmogorovSmirnov.test(forgotten, Margins.of(exact.forget(), forgetLiked)).pValue());
    }

    /** Where exact retrains stand with the membership attack. */
    Band miaBand(List<Figures> retrains) {
      double mean = retrains.stream().mapToDouble(Figures::mia).average().orElseThrow();
      return Band.around(
          retrains.stream().mapToDouble(Figures::mia).toArray(),
          Band.standardErrorOfAuc(mean, forgetLiked.length, testLiked.length));
    }
  }

  /** Means of several runs. */
  static Figures mean(List<Figures> runs) {
    return new Figures(
        mean(runs, Figures::auc),
        mean(runs, Figures::logLoss),
        mean(runs, Figures::accuracy),
        mean(runs, Figures::confidence),
        mean(runs, Figures::residual),
        mean(runs, Figures::jsd),
        mean(runs, Figures::halfJeffreys),
        mean(runs, Figures::l2),
        mean(runs, Figures::mia),
        mean(runs, Figures::miaAt1Percent),
        mean(runs, Figures::miaAt5Percent),
        mean(runs, Figures::ksPValue));
  }

  static double mean(List<Figures> runs, ToDoubleFunction<Figures> figure) {
    return runs.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** Sample standard deviation over runs; NaN for fewer than two. */
  static double deviation(List<Figures> runs, ToDoubleFunction<Figures> figure) {
    double mean = mean(runs, figure);
    double squares =
        runs.stream().mapToDouble(run -> Math.pow(figure.applyAsDouble(run) - mean, 2)).sum();
    return runs.size() < 2 ? Double.NaN : Math.sqrt(squares / (runs.size() - 1));
  }
}
