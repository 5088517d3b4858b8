package io.lethe.cli.serve;

import java.util.List;

/** The middle and the tail of some times, in milliseconds; zero where there are none. */
record Percentiles(double p50, double p99) {
  private static final double MIDDLE = 0.5;
  private static final double TAIL = 0.99;

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

  /** The smallest value that is at least as large as this share of them. */
  private static double at(double[] ascending, double share) {
    return ascending.length == 0
        ? 0
        : ascending[Math.max(0, (int) Math.ceil(share * ascending.length) - 1)];
  }
}
