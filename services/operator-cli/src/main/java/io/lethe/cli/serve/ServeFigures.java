package io.lethe.cli.serve;

import com.fasterxml.jackson.core.type.TypeReference;
import io.lethe.cli.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run measured.
 *
 * @param perSecond answers a second without a swap
 * @param steady times of answers without a swap
 * @param stormPerSecond answers a second while versions changed
 * @param duringSwap times of answers that a switch was going on beside
 * @param swapped from a version's publication to its first answer
 * @param residentBeforeMiB of all servers after the first quarter of the swaps
 * @param residentMiB of all servers after the last swap
 * @param suppressed from acceptance to the last server's word
 * @param apart smallest distance of two adapters' answers
 */
record ServeFigures(
    ServeSettings settings,
    double perSecond,
    Percentiles steady,
    double stormPerSecond,
    Percentiles duringSwap,
    int swaps,
    Percentiles swapped,
    long answers,
    int wrong,
    int failed,
    long residentBeforeMiB,
    long residentMiB,
    Percentiles suppressed,
    int suppressions,
    double apart) {
  /** Whether nothing went wrong that must never. */
  boolean isFlawless() {
    return wrong == 0 && failed == 0 && suppressions == settings.suppressions();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("requestsPerSecond", rounded(perSecond));
    json.put("p50Millis", rounded(steady.p50()));
    json.put("p99Millis", rounded(steady.p99()));
    json.put("p99DuringSwapMillis", rounded(duringSwap.p99()));
    json.put("p50DuringSwapMillis", rounded(duringSwap.p50()));
    json.put("requestsPerSecondDuringSwaps", rounded(stormPerSecond));
    json.put("swaps", swaps);
    json.put("swapP50Millis", rounded(swapped.p50()));
    json.put("swapP99Millis", rounded(swapped.p99()));
    json.put("answers", answers);
    json.put("wrongAnswers", wrong);
    json.put("failed", failed);
    json.put("rssMiB", residentMiB);
    json.put("rssAfterQuarterMiB", residentBeforeMiB);
    if (settings.suppressions() > 0) {
      json.put("suppressions", suppressions);
      json.put("suppressionP50Millis", rounded(suppressed.p50()));
      json.put("suppressionP99Millis", rounded(suppressed.p99()));
    }
    Map<String, Object> conditions =
        new LinkedHashMap<>(
            Json.MAPPER.convertValue(
                settings, new TypeReference<LinkedHashMap<String, Object>>() {}));
    conditions.put("adaptersApart", apart);
    conditions.put("processors", Runtime.getRuntime().availableProcessors());
    conditions.put("java", Runtime.version().toString());
    json.put("conditions", conditions);
    return json;
  }

  String table() {
    StringBuilder text = new StringBuilder();
    line(text, "%-42s %12s %12s", "", "without", "during swaps");
    line(text, "%-42s %12.0f %12.0f", "answers a second", perSecond, stormPerSecond);
    line(text, "%-42s %12.1f %12.1f", "p50 ms", steady.p50(), duringSwap.p50());
    line(text, "%-42s %12.1f %12.1f", "p99 ms", steady.p99(), duringSwap.p99());
    line(
        text,
        "%d swaps, each seen after %.0f ms (p50) to %.0f ms (p99); %d of %d answers wrong, %d failed.",
        swaps,
        swapped.p50(),
        swapped.p99(),
        wrong,
        answers,
        failed);
    line(
        text,
        "Resident memory of the servers: %d MiB after a quarter of the swaps, %d MiB after all.",
        residentBeforeMiB,
        residentMiB);
    if (settings.suppressions() > 0) {
      line(
          text,
          "%d of %d requests suppressed by every server after %.0f ms (p50) and %.0f ms (p99).",
          suppressions,
          settings.suppressions(),
          suppressed.p50(),
          suppressed.p99());
    }
    return text.toString();
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
