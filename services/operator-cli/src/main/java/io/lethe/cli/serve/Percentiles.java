package io.lethe.cli.serve;

import io.lethe.cli.Percentile;
import java.util.List;

/** The middle and the tail of some times, in milliseconds; zero where there are none. */
record Percentiles(double p50, double p99) {
  private static final int MIDDLE = 50;
  private static final int TAIL = 99;

  static Percentiles of(List<AskingClients.Timed> times) {
    return ofMillis(
        times.stream()
            .mapToDouble(one -> (one.endedNanos() - one.beganNanos()) / 1e6)
            .sorted()
            .toArray());
  }

  /**
   * @param ascending milliseconds
   */
  static Percentiles ofMillis(double[] ascending) {
    return new Percentiles(at(ascending, MIDDLE), at(ascending, TAIL));
  }

  private static double at(double[] ascending, int percent) {
    return ascending.length == 0 ? 0 : Percentile.of(ascending, percent);
  }
}
