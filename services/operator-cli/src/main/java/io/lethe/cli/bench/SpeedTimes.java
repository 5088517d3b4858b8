package io.lethe.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Seconds of several things that were run in turn, so that they are compared round by round. */
final class SpeedTimes {
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  void add(String what, double taken) {
    seconds.computeIfAbsent(what, name -> new ArrayList<>()).add(taken);
  }

  double median(String what) {
    return median(seconds.get(what));
  }

  /** Median of the rounds' ratios, which a machine that is busy in one round moves least. */
  double medianRatio(String slow, String fast) {
    List<Double> slower = seconds.get(slow);
    List<Double> faster = seconds.get(fast);
    return median(
        IntStream.range(0, slower.size())
            .mapToObj(round -> slower.get(round) / faster.get(round))
            .toList());
  }

  String latest() {
    return seconds.entrySet().stream()
        .map(
            one ->
                String.format(
                    Locale.ROOT,
                    "%s %.1f s",
                    one.getKey(),
                    one.getValue().get(one.getValue().size() - 1)))
        .collect(Collectors.joining(", "));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
