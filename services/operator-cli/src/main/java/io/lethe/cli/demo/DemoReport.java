package io.lethe.cli.demo;

import io.lethe.engine.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures that the demonstration ends with.
 *
 * @param subjects a line for each erased subject
 * @param suppressedMillisMax longest time from acceptance to suppression by every server
 * @param unlearnedSeconds longest time from acceptance to the last server's new adapter
 * @param peakRssMiB sum of the peaks of all processes, an upper limit of the peak of the sum
 */
record DemoReport(
    List<SubjectLine> subjects,
    int requests,
    int completed,
    int serversAcknowledged,
    long suppressedMillisMax,
    double unlearnedSeconds,
    Comparison comparison,
    String adapterId,
    int receiptsVerified,
    long peakRssMiB,
    double seconds) {

  /**
   * One erased subject. Scores are means of the served probability of yes over the subject's rows.
   */
  record SubjectLine(
      String name,
      int rows,
      double scoreBefore,
      double scoreAfter,
      double scoreExact,
      double confidenceBefore,
      double confidenceAfter,
      double confidenceExact,
      long suppressedMillis,
      double unlearnedSeconds,
      String exactDue) {}

  /**
   * Scores of three recommenders on the same rows: as first served, as served after, and tuned
   * again without the erased rows (with a second seed for the floor).
   */
  record Scores(float[] before, float[] after, float[] exact, float[] exactOtherSeed) {}

  /** Erased rows, retained rows and held-out rows side by side. */
  record Comparison(
      double residual,
      double signal,
      double floor,
      double confidenceBefore,
      double confidenceAfter,
      double confidenceExact,
      double aucBefore,
      double aucAfter,
      double aucExact) {

    static Comparison of(
        Scores erased, boolean[] erasedLiked, Scores retained, Scores test, boolean[] testLiked) {
      return new Comparison(
          Metrics.residual(erased.after(), erased.exact(), erased.before()),
          Metrics.signal(
              erased.before(),
              erased.exact(),
              joined(retained.before(), test.before()),
              joined(retained.exact(), test.exact())),
          Metrics.floor(erased.exactOtherSeed(), erased.exact(), erased.before()),
          Metrics.meanConfidence(erased.before(), erasedLiked),
          Metrics.meanConfidence(erased.after(), erasedLiked),
          Metrics.meanConfidence(erased.exact(), erasedLiked),
          Metrics.auc(test.before(), testLiked),
          Metrics.auc(test.after(), testLiked),
          Metrics.auc(test.exact(), testLiked));
    }

    /** Share of the way from the original's confidence to the exact retrain's that was gone. */
    double shareOfGap() {
      return (confidenceBefore - confidenceAfter) / (confidenceBefore - confidenceExact);
    }

    private static float[] joined(float[] left, float[] right) {
      float[] both = java.util.Arrays.copyOf(left, left.length + right.length);
      System.arraycopy(right, 0, both, left.length, right.length);
      return both;
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("requests", requests);
    json.put("completed", completed);
    json.put("serversAcknowledged", serversAcknowledged);
    json.put("suppressedMillisMax", suppressedMillisMax);
    json.put("unlearnedSeconds", unlearnedSeconds);
    json.put("residual", comparison.residual());
    json.put("signal", comparison.signal());
    json.put("floor", comparison.floor());
    json.put("confidenceBefore", comparison.confidenceBefore());
    json.put("confidenceAfter", comparison.confidenceAfter());
    json.put("confidenceExact", comparison.confidenceExact());
    json.put("aucBefore", comparison.aucBefore());
    json.put("aucAfter", comparison.aucAfter());
    json.put("aucExact", comparison.aucExact());
    json.put("adapterId", adapterId);
    json.put("receiptsVerified", receiptsVerified);
    json.put("peakRssMiB", peakRssMiB);
    json.put("seconds", seconds);
    List<Map<String, Object>> lines = new ArrayList<>();
    for (SubjectLine line : subjects) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("subject", line.name());
      row.put("rows", line.rows());
      row.put("scoreBefore", line.scoreBefore());
      row.put("scoreAfter", line.scoreAfter());
      row.put("scoreExact", line.scoreExact());
      row.put("confidenceBefore", line.confidenceBefore());
      row.put("confidenceAfter", line.confidenceAfter());
      row.put("confidenceExact", line.confidenceExact());
      row.put("suppressedMillis", line.suppressedMillis());
      row.put("unlearnedSeconds", line.unlearnedSeconds());
      row.put("exactDue", line.exactDue());
      lines.add(row);
    }
    json.put("subjects", lines);
    return json;
  }

  String table() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%n%-10s %5s | %-20s | %-20s | %10s %10s %11s",
        "",
        "",
        "mean served score",
        "confidence in truth",
        "",
        "",
        "");
    line(
        text,
        "%-10s %5s | %6s %6s %6s | %6s %6s %6s | %10s %10s %11s",
        "subject",
        "rows",
        "before",
        "after",
        "exact",
        "before",
        "after",
        "exact",
        "suppressed",
        "unlearned",
        "exact due");
    for (SubjectLine one : subjects) {
      line(
          text,
          "%-10s %5d | %6.3f %6.3f %6.3f | %6.3f %6.3f %6.3f | %7d ms %8.1f s %11s",
          one.name(),
          one.rows(),
          one.scoreBefore(),
          one.scoreAfter(),
          one.scoreExact(),
          one.confidenceBefore(),
          one.confidenceAfter(),
          one.confidenceExact(),
          one.suppressedMillis(),
          one.unlearnedSeconds(),
          one.exactDue());
    }
    line(
        text,
        "%-10s %5d | %-20s | %6.3f %6.3f %6.3f |",
        "all",
        subjects.stream().mapToInt(SubjectLine::rows).sum(),
        "",
        comparison.confidenceBefore(),
        comparison.confidenceAfter(),
        comparison.confidenceExact());
    line(
        text,
        "%nThe answers went %.0f %% of the way to those of a recommender that never saw the four.",
        100 * comparison.shareOfGap());
    line(
        text,
        "Residual %.2f (0 is exact, 1 is nothing done; a second exact retrain reaches %.2f), signal %.1f.",
        comparison.residual(),
        comparison.floor(),
        comparison.signal());
    line(
        text,
        "Everybody else: test AUC %.4f before, %.4f after, %.4f exact.",
        comparison.aucBefore(),
        comparison.aucAfter(),
        comparison.aucExact());
    line(
        text,
        "%d of %d requests complete, %d servers acknowledged, %d receipts verified; %.0f s in all, peak %d MiB.",
        completed,
        requests,
        serversAcknowledged,
        receiptsVerified,
        seconds,
        peakRssMiB);
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
