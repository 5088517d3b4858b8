package io.lethe.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of requests that followed one another.
 *
 * @param lines one a method, in the order asked for
 * @param auc of the original on test rows
 * @param conditions under which it was measured
 */
record SequenceReport(
    List<ErasureRequest> requests, List<Line> lines, double auc, Map<String, Object> conditions) {
  private static final int COMPARED = 10;

  /**
   * One method's line of adapters.
   *
   * @param millis of every request, or of every checkpoint where the method retrains
   * @param tried what the policy tried for every request; empty for a plain method
   */
  record Line(
      String method,
      List<SequenceFigures> checkpoints,
      List<Double> millis,
      List<List<String>> tried) {
    /** The largest residual of all erased rows at any checkpoint. */
    double worstResidual() {
      return checkpoints.stream().mapToDouble(SequenceFigures::residual).max().orElseThrow();
    }

    /** The largest residual of any one request's rows at the end. */
    double worstEarlierResidual() {
      return last().worstEarlierResidual();
    }

    SequenceFigures last() {
      return checkpoints.get(checkpoints.size() - 1);
    }

    /** Mean of the last ten over mean of the first ten; of fewer than twenty, of the halves. */
    double lastTenOverFirstTenMillis() {
      int compared = Math.max(1, Math.min(COMPARED, millis.size() / 2));
      return SmallRequestsReport.mean(millis.subList(millis.size() - compared, millis.size()))
          / SmallRequestsReport.mean(millis.subList(0, compared));
    }
  }

  double signal() {
    return RequestFigures.mean(lines.get(0).checkpoints(), SequenceFigures::signal);
  }

  double floor() {
    return RequestFigures.mean(lines.get(0).checkpoints(), SequenceFigures::floor);
  }

  boolean isConclusive() {
    return SmallRequestsReport.isConclusive(signal(), floor());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("signal", SmallRequestsReport.finite(signal()));
    json.put("floor", SmallRequestsReport.finite(floor()));
    json.put("conclusive", isConclusive());
    json.put("auc", SmallRequestsReport.finite(auc));
    json.put("requests", requests.stream().map(SequenceReport::json).toList());
    json.put("methods", lines.stream().map(SequenceReport::json).toList());
    json.put("conditions", conditions);
    return json;
  }

  private static Map<String, Object> json(ErasureRequest request) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subjects", request.subjects().size());
    json.put("rows", request.erased().size());
    json.put("kind", request.kind().label());
    return json;
  }

  private static Map<String, Object> json(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", line.method());
    json.put("worstResidual", SmallRequestsReport.finite(line.worstResidual()));
    json.put("worstEarlierResidual", SmallRequestsReport.finite(line.worstEarlierResidual()));
    json.put(
        "lastTenOverFirstTenMillis", SmallRequestsReport.finite(line.lastTenOverFirstTenMillis()));
    json.put(
        "millisToDurable",
        SmallRequestsReport.percentiles(
            line.millis().stream().mapToDouble(Double::doubleValue).sorted().toArray()));
    json.put("checkpoints", line.checkpoints().stream().map(SequenceReport::json).toList());
    json.put("millis", line.millis());
    if (!line.tried().isEmpty()) {
      json.put("tried", line.tried());
    }
    return json;
  }

  private static Map<String, Object> json(SequenceFigures at) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("request", at.request());
    json.put("rows", at.rows());
    json.put("signal", SmallRequestsReport.finite(at.signal()));
    json.put("floor", SmallRequestsReport.finite(at.floor()));
    json.put("residual", SmallRequestsReport.finite(at.residual()));
    json.put("worstEarlierResidual", SmallRequestsReport.finite(at.worstEarlierResidual()));
    json.put("auc", SmallRequestsReport.finite(at.auc()));
    json.put("aucExact", SmallRequestsReport.finite(at.aucExact()));
    json.put("collateral", SmallRequestsReport.finite(at.collateral()));
    return json;
  }

  /** The table in Markdown, a line a checkpoint, with what it was measured under. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    SmallRequestsReport.row(
        text,
        "method",
        "after request",
        "rows",
        "residual",
        "worst of one request",
        "AUC",
        "AUC exact",
        "collateral",
        "last over first ms");
    text.append("|---|").append("---:|".repeat(8)).append('\n');
    for (Line line : lines) {
      for (SequenceFigures at : line.checkpoints()) {
        SmallRequestsReport.row(
            text,
            line.method().equals(BenchReport.RETRAIN)
                ? "retrain, other seed (the floor)"
                : line.method(),
            SmallRequestsReport.format("%d", at.request()),
            SmallRequestsReport.format("%d", at.rows()),
            SmallRequestsReport.format("%.3f", at.residual()),
            SmallRequestsReport.format("%.3f", at.worstEarlierResidual()),
            SmallRequestsReport.format("%.4f", at.auc()),
            SmallRequestsReport.format("%.4f", at.aucExact()),
            SmallRequestsReport.format("%.4f", at.collateral()),
            at.equals(line.last())
                ? SmallRequestsReport.format("%.2f", line.lastTenOverFirstTenMillis())
                : "");
      }
    }
    text.append(SmallRequestsReport.conclusion(signal(), floor(), auc));
    conditions.forEach((name, value) -> text.append("- ").append(name + ": " + value + "\n"));
    return text.toString();
  }
}
