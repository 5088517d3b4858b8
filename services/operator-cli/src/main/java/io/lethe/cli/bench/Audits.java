package io.lethe.cli.bench;

import io.lethe.engine.audit.MembershipAttack;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The audits that cost further training, each only where it was asked for.
 *
 * @param shadows of the likelihood-ratio attack, or null
 * @param measured the rows that scores are of
 * @param probes or null
 */
record Audits(Shadows shadows, MethodRuns.Rows measured, Probes probes) {
  /** Figures of a run by name. */
  Map<String, Object> of(MethodRun run) {
    Map<String, Object> figures =
        new LinkedHashMap<>(ofScores(new Figures.Scores(run.forget(), run.test())));
    if (probes != null && run.adapterId() != null) {
      figures.putAll(probes.residuals(run));
    }
    return figures;
  }

  /** Figures that scores alone give. */
  Map<String, Object> ofScores(Figures.Scores scores) {
    Map<String, Object> figures = new LinkedHashMap<>();
    if (shadows != null && scores.isFinite()) {
      MembershipAttack attack =
          shadows.attack(measured.forget(), scores.forget(), measured.test(), scores.test());
      figures.put("lira", attack.auc());
      figures.put("liraTprAt1Percent", attack.truePositiveRateAt1Percent());
      figures.put("liraTprAt5Percent", attack.truePositiveRateAt5Percent());
    }
    return figures;
  }

  /** The likelihood-ratio attack on what the methods are measured against. */
  Map<String, Object> references(
      Bench.ScoreSet original, Bench.ScoreSet exact, Bench.ScoreSet other) {
    Map<String, Object> figures = new LinkedHashMap<>();
    if (shadows != null) {
      figures.put("original", ofScores(original.measured()));
      figures.put("exact", ofScores(exact.measured()));
      figures.put("exactOtherSeed", ofScores(other.measured()));
    }
    return figures;
  }
}
