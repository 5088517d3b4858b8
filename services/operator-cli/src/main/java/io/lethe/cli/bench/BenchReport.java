package io.lethe.cli.bench;

import io.lethe.engine.audit.Band;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of a comparison.
 *
 * @param lines one a method, in the order asked for, the second exact retrain among them where it
 *     was asked for
 * @param original figures of the recommender before the request
 * @param exact figures of the exact retrain that all residuals are taken against
 * @param floor figures of the exact retrain with another seed
 * @param signal how much there is to forget
 * @param miaBand where exact retrains stand with the membership attack
 * @param lira the likelihood-ratio attack on original and exact retrains; empty where left out
 * @param conditions under which it was measured
 */
record BenchReport(
    List<Line> lines,
    Figures original,
    Figures exact,
    Figures floor,
    double signal,
    Band miaBand,
    Map<String, Object> lira,
    Map<String, Object> conditions) {
  static final String RETRAIN = "retrain";

  /**
   * One method.
   *
   * @param residualDeviation over seeds; NaN for one seed
   * @param steps budget it was given, 0 where it trains anew
   * @param extra further figures, such as those of probes, by name
   */
  record Line(
      String method,
      Figures figures,
      double residualDeviation,
      int steps,
      int stepsTaken,
      double seconds,
      double secondsSetup,
      double secondsTeachers,
      long trainableParameters,
      double peakRssMiB,
      List<String> manifests,
      Map<String, Object> extra) {}

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("methods", lines.stream().map(this::json).toList());
    json.put("best", best().map(Line::method).orElse(null));
    json.put("signal", signal);
    json.put("floor", floor.residual());
    json.put("miaBand", List.of(miaBand.low(), miaBand.high()));
    Map<String, Object> references = new LinkedHashMap<>();
    references.put("original", json(original));
    references.put("exact", json(exact));
    references.put("exactOtherSeed", json(floor));
    json.put("references", references);
    if (!lira.isEmpty()) {
      json.put("lira", lira);
    }
    json.put("conditions", conditions);
    return json;
  }

  private Map<String, Object> json(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", line.method());
    json.putAll(json(line.figures()));
    json.put("miaVerdict", verdict(line.figures()));
    if (Double.isFinite(line.residualDeviation())) {
      json.put("residualDeviation", line.residualDeviation());
    }
    json.put("seconds", line.seconds());
    json.put("secondsSetup", line.secondsSetup());
    json.put("secondsTeachers", line.secondsTeachers());
    json.put("stepBudget", line.steps());
    json.put("stepsTaken", line.stepsTaken());
    json.put("trainableParameters", line.trainableParameters());
    json.put("peakRssMiB", Math.round(line.peakRssMiB() * 10) / 10.0);
    json.put("manifests", line.manifests());
    json.putAll(line.extra());
    return json;
  }

  private static Map<String, Object> json(Figures figures) {
    Map<String, Object> json = new LinkedHashMap<>();
    put(json, "auc", figures.auc());
    put(json, "logLoss", figures.logLoss());
    put(json, "accuracy", figures.accuracy());
    put(json, "confidence", figures.confidence());
    put(json, "residual", figures.residual());
    put(json, "jsd", figures.jsd());
    put(json, "halfJeffreys", figures.halfJeffreys());
    put(json, "l2", figures.l2());
    put(json, "mia", figures.mia());
    put(json, "miaTprAt1Percent", figures.miaAt1Percent());
    put(json, "miaTprAt5Percent", figures.miaAt5Percent());
    put(json, "ksPValue", figures.ksPValue());
    return json;
  }

  /** A figure that is no number, as of a method that broke, is null: JSON has no other word. */
  private static void put(Map<String, Object> json, String name, double figure) {
    json.put(name, Double.isFinite(figure) ? figure : null);
  }

  String verdict(Figures figures) {
    return miaBand.verdict(figures.mia()).name().toLowerCase(Locale.ROOT);
  }

  /** The method nearest to the exact retrain, exact retrains themselves aside. */
  Optional<Line> best() {
    return lines.stream()
        .filter(line -> !line.method().equals(RETRAIN))
        .filter(line -> Double.isFinite(line.figures().residual()))
        .min(java.util.Comparator.comparingDouble(line -> line.figures().residual()));
  }

  /** The table in Markdown, with what it was measured under. */
  String markdown() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "method",
          "AUC",
          "log loss",
          "residual",
          "JSD",
          "half Jeffreys",
          "L2",
          "MIA",
          "band",
          "KS p",
          "seconds",
          "setup s",
          "parameters",
          "peak MiB"
        });
    rows.add(reference("original (nothing forgotten)", original));
    rows.add(reference("exact retrain (the reference)", exact));
    for (Line line : lines) {
      String name =
          line.method().equals(RETRAIN) ? "retrain, other seed (the floor)" : line.method();
      rows.add(
          cells(
              name,
              line.figures(),
              format("%.1f", line.seconds()),
              format("%.1f", line.secondsSetup()),
              format("%d", line.trainableParameters()),
              format("%.0f", line.peakRssMiB())));
    }
    if (lines.stream().noneMatch(line -> line.method().equals(RETRAIN))) {
      rows.add(reference("retrain, other seed (the floor)", floor));
    }
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      text.append("| ").append(String.join(" | ", rows.get(row))).append(" |\n");
      if (row == 0) {
        text.append("|---|").append("---:|".repeat(rows.get(row).length - 1)).append('\n');
      }
    }
    text.append('\n');
    best()
        .ifPresent(
            line ->
                text.append(
                    format(
                        "Nearest to the exact retrain: **%s**, residual %.3f.%n",
                        line.method(), line.figures().residual())));
    text.append(
        format(
            "Signal %.2f, floor %.3f, band of the membership attack %.4f to %.4f.%n%n",
            signal, floor.residual(), miaBand.low(), miaBand.high()));
    audits(text);
    conditions.forEach((name, value) -> text.append("- ").append(name + ": " + value + "\n"));
    return text.toString();
  }

  /** A second table where probes or the likelihood-ratio attack were asked for. */
  private void audits(StringBuilder text) {
    List<String> names =
        lines.stream().flatMap(line -> line.extra().keySet().stream()).distinct().toList();
    if (names.isEmpty()) {
      return;
    }
    text.append("| method | ").append(String.join(" | ", names)).append(" |\n");
    text.append("|---|").append("---:|".repeat(names.size())).append('\n');
    for (BenchReport.Line line : lines) {
      text.append("| ").append(line.method());
      for (String name : names) {
        Object value = line.extra().get(name);
        text.append(" | ").append(value instanceof Double figure ? format("%.3f", figure) : "");
      }
      text.append(" |\n");
    }
    lira.forEach((name, value) -> text.append("\n").append(name + ": " + value));
    text.append("\n\n");
  }

  private String[] reference(String name, Figures figures) {
    return cells(name, figures, "", "", "", "");
  }

  private String[] cells(String name, Figures figures, String... costs) {
    return new String[] {
      name,
      format("%.4f", figures.auc()),
      format("%.4f", figures.logLoss()),
      format("%.3f", figures.residual()),
      format("%.5f", figures.jsd()),
      format("%.5f", figures.halfJeffreys()),
      format("%.4f", figures.l2()),
      format("%.4f", figures.mia()),
      verdict(figures),
      format("%.3f", figures.ksPValue()),
      costs[0],
      costs[1],
      costs[2],
      costs[3]
    };
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).replace(System.lineSeparator(), "\n");
  }
}
