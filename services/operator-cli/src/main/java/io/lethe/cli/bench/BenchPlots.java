package io.lethe.cli.bench;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The report as pictures, drawn without a screen. */
final class BenchPlots {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 600;
  private static final double ROOM = 0.08;

  private BenchPlots() {}

  /** Draws all pictures into a folder. */
  static void write(BenchReport report, Path folder) {
    System.setProperty("java.awt.headless", "true");
    save(
        scatter(
            report,
            "Utility against residual",
            "residual on forget rows (0 exact, 1 nothing done)",
            line -> line.figures().residual(),
            "AUC on test rows",
            line -> line.figures().auc()),
        folder.resolve("utility-residual.png"));
    save(
        scatter(
            report,
            "Time against residual",
            "residual on forget rows (0 exact, 1 nothing done)",
            line -> line.figures().residual(),
            "seconds, teachers included",
            BenchReport.Line::seconds),
        folder.resolve("time-residual.png"));
    save(bands(report), folder.resolve("gate-bands.png"));
  }

  private static XYChart scatter(
      BenchReport report,
      String title,
      String xTitle,
      ToDoubleFunction<BenchReport.Line> x,
      String yTitle,
      ToDoubleFunction<BenchReport.Line> y) {
    XYChart chart = chart(title, xTitle, yTitle);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    for (BenchReport.Line line : finite(report)) {
      chart.addSeries(
          line.method(),
          new double[] {x.applyAsDouble(line)},
          new double[] {y.applyAsDouble(line)});
    }
    double most = finite(report).stream().mapToDouble(x).max().orElse(1);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(Math.max(1, most) * (1 + ROOM));
    return chart;
  }

  /** The membership attack of every method, and the band of the exact retrains across. */
  private static XYChart bands(BenchReport report) {
    XYChart chart =
        chart(
            "Membership attack and the band of exact retrains",
            "method, in the order of the table",
            "AUC of the attack (above the band: remembered)");
    List<BenchReport.Line> lines = finite(report);
    double[] ends = {0.5, lines.size() + 0.5};
    for (double edge : new double[] {report.miaBand().high(), report.miaBand().low()}) {
      XYSeries series =
          chart.addSeries(
              edge == report.miaBand().high() ? "band, high" : "band, low",
              ends,
              new double[] {edge, edge});
      series.setMarker(SeriesMarkers.NONE).setLineColor(Color.GRAY);
    }
    for (int place = 1; place <= lines.size(); place++) {
      BenchReport.Line line = lines.get(place - 1);
      chart
          .addSeries(
              place + " " + line.method(),
              new double[] {place},
              new double[] {line.figures().mia()})
          .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    }
    chart.getStyler().setXAxisMin(ends[0]).setXAxisMax(ends[1]);
    return chart;
  }

  private static List<BenchReport.Line> finite(BenchReport report) {
    return report.lines().stream()
        .filter(line -> Double.isFinite(line.figures().residual() + line.figures().auc()))
        .toList();
  }

  private static XYChart chart(String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setMarkerSize(10).setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  private static void save(XYChart chart, Path file) {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    try {
      BitmapEncoder.saveBitmap(chart, image, BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Stages.write(file, image.toByteArray());
  }
}
