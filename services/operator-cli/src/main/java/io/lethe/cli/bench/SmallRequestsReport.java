package io.lethe.cli.bench;

import io.lethe.cli.Percentile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The figures of small requests.
 *
 * @param requests what was asked, with its signal and floor
 * @param lines one a method, in the order asked for
 * @param auc of the original on test rows
 * @param lira the likelihood-ratio attack on original and exact retrains
 * @param conditions under which it was measured
 */
record SmallRequestsReport(
    List<Asked> requests,
    List<Line> lines,
    double auc,
    Attacked lira,
    Map<String, Object> conditions) {
  /** Below it the recommender holds too little of the erased rows to tell methods apart. */
  static final double SIGNAL_MIN = 2;

  /** Above it an exact retrain itself is too far from another one. */
  static final double FLOOR_MAX = 0.3;

  /**
   * One request.
   *
   * @param signal mean over seeds
   * @param floor mean over seeds
   */
  record Asked(ErasureRequest request, double signal, double floor) {}

  /**
   * One method on one request.
   *
   * @param figures means over seeds
   * @param millis one entry a seed
   * @param tried one entry a seed: what the policy tried; empty for a plain method
   * @param gateMillis spent by the gates, mean over seeds
   * @param refusedBy gates that the product would have refused it at; empty where it would not
   * @param probes one entry a seed; empty where nothing was disturbed
   */
  record Met(
      RequestFigures figures,
      List<Double> millis,
      List<List<String>> tried,
      double gateMillis,
      List<String> refusedBy,
      List<RequestProbes.Residuals> probes) {}

  /**
   * What an attack finds in the models that methods are held against; no numbers where there was no
   * attack. A method that forgets as a retrain does stands at the second: both above and below
   * something is left to be told.
   *
   * @param original mean over requests
   * @param exact mean over requests
   */
  record Attacked(double original, double exact) {}

  /** One method on all requests, in their order. */
  record Line(String method, List<Met> met) {
    double[] millis() {
      return met.stream()
          .flatMap(one -> one.millis().stream())
          .mapToDouble(Double::doubleValue)
          .sorted()
          .toArray();
    }
  }

  double signal() {
    return RequestFigures.mean(requests, Asked::signal);
  }

  double floor() {
    return RequestFigures.mean(requests, Asked::floor);
  }

  /** Whether residuals mean something here. */
  boolean isConclusive() {
    return isConclusive(signal(), floor());
  }

  static boolean isConclusive(double signal, double floor) {
    return signal >= SIGNAL_MIN && floor <= FLOOR_MAX;
  }

  private boolean isAttacked() {
    return Double.isFinite(lira.exact());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("signal", finite(signal()));
    json.put("floor", finite(floor()));
    json.put("conclusive", isConclusive());
    json.put("auc", finite(auc));
    if (isAttacked()) {
      json.put("liraOriginal", finite(lira.original()));
      json.put("liraExact", finite(lira.exact()));
    }
    json.put("signals", requests.stream().map(one -> finite(one.signal())).toList());
    json.put("floors", requests.stream().map(one -> finite(one.floor())).toList());
    json.put("methods", lines.stream().map(this::json).toList());
    json.put("conditions", conditions);
    return json;
  }

  private Map<String, Object> json(Line line) {
    List<RequestFigures> figures = line.met().stream().map(Met::figures).toList();
    RequestFigures mean = RequestFigures.mean(figures);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", line.method());
    json.put("residualMean", finite(mean.residual()));
    json.put("residualMax", finite(residualMax(line)));
    json.put("collateral", finite(mean.collateral()));
    json.put("towardShare", finite(mean.towardShare()));
    json.put("aucDelta", finite(mean.aucDelta()));
    json.put("mia", finite(mean.mia()));
    if (isAttacked()) {
      json.put("lira", finite(mean.lira()));
    }
    json.put("millisToDurable", percentiles(line.millis()));
    retrainShare(line).ifPresent(share -> json.put("retrainShare", finite(share)));
    json.put("residualByKind", residualByKind(line));
    growth(line, RequestProbes.Residuals::int8)
        .ifPresent(growth -> json.put("residualGrowthInt8Max", finite(growth)));
    List<Map<String, Object>> relearning = relearning(line);
    if (!relearning.isEmpty()) {
      json.put("relearning", relearning);
    }
    List<Map<String, Object>> each = new ArrayList<>();
    for (int request = 0; request < requests.size(); request++) {
      each.add(json(requests.get(request), line.met().get(request)));
    }
    json.put("requests", each);
    return json;
  }

  /**
   * The cost of a request as a share of the retrain's, the mean over requests; none where nothing
   * was retrained beside it.
   */
  private OptionalDouble retrainShare(Line line) {
    return lines.stream()
        .filter(other -> other.method().equals(BenchReport.RETRAIN))
        .flatMapToDouble(
            retrain ->
                IntStream.range(0, requests.size())
                    .mapToDouble(
                        request ->
                            mean(line.met().get(request).millis())
                                / mean(retrain.met().get(request).millis())))
        .average();
  }

  /** By how much a disturbance raised the residual of the request that it raised most. */
  private static OptionalDouble growth(
      Line line, ToDoubleFunction<RequestProbes.Residuals> disturbed) {
    return probed(line, probe -> disturbed.applyAsDouble(probe) - probe.plain()).max();
  }

  private static DoubleStream probed(Line line, ToDoubleFunction<RequestProbes.Residuals> figure) {
    return line.met().stream().flatMap(met -> met.probes().stream()).mapToDouble(figure);
  }

  /** One entry a way of relearning, over all requests. */
  private static List<Map<String, Object>> relearning(Line line) {
    List<RequestProbes.Residuals> probes =
        line.met().stream().flatMap(met -> met.probes().stream()).toList();
    List<Map<String, Object>> ways = new ArrayList<>();
    int count = probes.isEmpty() ? 0 : probes.get(0).relearned().size();
    for (int index = 0; index < count; index++) {
      int way = index;
      RequestProbes.Relearned first = probes.get(0).relearned().get(way);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("trained", first.trained());
      json.put("learningRate", first.learningRate());
      json.put(
          "residualGrowthMax",
          finite(growth(line, probe -> probe.relearned().get(way).residual()).orElseThrow()));
      json.put(
          "residualGrowthMean",
          finite(
              probed(line, probe -> probe.relearned().get(way).residual() - probe.plain())
                  .average()
                  .orElseThrow()));
      json.put(
          "moved",
          finite(
              probed(line, probe -> probe.relearned().get(way).moved()).average().orElseThrow()));
      json.put(
          "floorMax",
          finite(probed(line, probe -> probe.relearned().get(way).floor()).max().orElseThrow()));
      ways.add(json);
    }
    return ways;
  }

  private static double residualMax(Line line) {
    return line.met().stream().mapToDouble(one -> one.figures().residual()).max().orElseThrow();
  }

  private Map<String, Object> residualByKind(Line line) {
    Map<ErasureRequest.Kind, List<RequestFigures>> byKind = new TreeMap<>();
    for (int request = 0; request < requests.size(); request++) {
      byKind
          .computeIfAbsent(requests.get(request).request().kind(), kind -> new ArrayList<>())
          .add(line.met().get(request).figures());
    }
    Map<String, Object> residuals = new LinkedHashMap<>();
    byKind.forEach(
        (kind, figures) ->
            residuals.put(
                kind.label(), finite(RequestFigures.mean(figures, RequestFigures::residual))));
    return residuals;
  }

  private Map<String, Object> json(Asked asked, Met met) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subjects", asked.request().subjects().size());
    json.put("rows", asked.request().erased().size());
    json.put("kind", asked.request().kind().label());
    json.put("signal", finite(asked.signal()));
    json.put("floor", finite(asked.floor()));
    json.put("residual", finite(met.figures().residual()));
    json.put("collateral", finite(met.figures().collateral()));
    json.put("towardShare", finite(met.figures().towardShare()));
    json.put("aucDelta", finite(met.figures().aucDelta()));
    json.put("mia", finite(met.figures().mia()));
    if (isAttacked()) {
      json.put("lira", finite(met.figures().lira()));
    }
    json.put("millis", finite(mean(met.millis())));
    json.put("gateMillis", finite(met.gateMillis()));
    json.put("refusedBy", met.refusedBy());
    if (!met.tried().isEmpty()) {
      json.put("tried", met.tried());
    }
    if (!met.probes().isEmpty()) {
      json.put("probes", met.probes());
    }
    return json;
  }

  static double mean(List<Double> values) {
    return RequestFigures.mean(values, Double::doubleValue);
  }

  /** The middle and the nineteenth twentieth of values in order, each one that was measured. */
  static Map<String, Object> percentiles(double[] sorted) {
    Map<String, Object> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", finite(Percentile.of(sorted, 50)));
    percentiles.put("p95", finite(Percentile.of(sorted, 95)));
    return percentiles;
  }

  /** A figure that is no number is null: JSON has no other word. */
  static Double finite(double figure) {
    return Double.isFinite(figure) ? figure : null;
  }

  /** The table in Markdown, with what it was measured under. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    row(
        text,
        "method",
        "residual mean",
        "residual max",
        "collateral",
        "toward",
        "AUC change",
        "MIA",
        "LiRA",
        "ms P50",
        "ms P95");
    text.append("|---|").append("---:|".repeat(9)).append('\n');
    for (Line line : lines) {
      RequestFigures mean = RequestFigures.mean(line.met().stream().map(Met::figures).toList());
      row(
          text,
          line.method().equals(BenchReport.RETRAIN)
              ? "retrain, other seed (the floor)"
              : line.method(),
          format("%.3f", mean.residual()),
          format("%.3f", residualMax(line)),
          format("%.4f", mean.collateral()),
          format("%.2f", mean.towardShare()),
          format("%+.4f", mean.aucDelta()),
          format("%.4f", mean.mia()),
          isAttacked() ? format("%.4f", mean.lira()) : "",
          format("%.0f", Percentile.of(line.millis(), 50)),
          format("%.0f", Percentile.of(line.millis(), 95)));
    }
    text.append(conclusion(signal(), floor(), auc));
    if (isAttacked()) {
      text.append(
          format(
              "LiRA on the original %.4f, on exact retrains %.4f.%n%n",
              lira.original(), lira.exact()));
    }
    requestTable(text);
    conditions.forEach((name, value) -> text.append("- ").append(name + ": " + value + "\n"));
    return text.toString();
  }

  /** What may be made of the residuals above. */
  static String conclusion(double signal, double floor, double auc) {
    return format(
        "%nSignal %.2f, floor %.3f, AUC of the original %.4f: %s.%n%n",
        signal,
        floor,
        auc,
        isConclusive(signal, floor)
            ? "residuals may be compared"
            : format(
                "no conclusion, which takes a signal of %.0f and a floor of %.1f",
                SIGNAL_MIN, FLOOR_MAX));
  }

  private void requestTable(StringBuilder text) {
    List<String> head =
        new ArrayList<>(List.of("request", "kind", "subjects", "rows", "signal", "floor"));
    lines.forEach(line -> head.add(line.method()));
    row(text, head.toArray(String[]::new));
    text.append("|---:|---|").append("---:|".repeat(head.size() - 2)).append('\n');
    for (int request = 0; request < requests.size(); request++) {
      Asked asked = requests.get(request);
      List<String> cells =
          new ArrayList<>(
              List.of(
                  format("%d", asked.request().number()),
                  asked.request().kind().label(),
                  format("%d", asked.request().subjects().size()),
                  format("%d", asked.request().erased().size()),
                  format("%.2f", asked.signal()),
                  format("%.3f", asked.floor())));
      for (Line line : lines) {
        Met met = line.met().get(request);
        String kept =
            met.tried().stream()
                .map(tried -> tried.get(tried.size() - 1))
                .distinct()
                .collect(Collectors.joining(", "));
        cells.add(
            format("%.3f", met.figures().residual()) + (kept.isEmpty() ? "" : " (" + kept + ")"));
      }
      row(text, cells.toArray(String[]::new));
    }
    text.append('\n');
  }

  static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", Arrays.asList(cells))).append(" |\n");
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).replace(System.lineSeparator(), "\n");
  }
}
