package io.lethe.cli.replay;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Whether a replay made the same, and where it parted if it did not.
 *
 * @param adapterId named by the manifest, or null where the method trains anew
 * @param adapterIdNow of the adapter made now, or null
 * @param firstStep first step, from 1, whose loss differs; 0 where none does
 * @param firstTensor first tensor by name that differs, or null
 * @param tensors how many differ
 * @param largestDifference of two values of the tensors
 * @param largestScoreDifference of two scores of a forget row
 */
record ReplayResult(
    String method,
    String adapterId,
    String adapterIdNow,
    int firstStep,
    String firstTensor,
    int tensors,
    double largestDifference,
    double largestScoreDifference) {

  /** The same adapter to the byte; the same scores to the bit where the method makes none. */
  boolean same() {
    return adapterId == null ? largestScoreDifference == 0 : adapterId.equals(adapterIdNow);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("same", same());
    json.put("method", method);
    json.put("adapterId", adapterId);
    json.put("adapterIdNow", adapterIdNow);
    json.put("firstStep", firstStep);
    json.put("firstTensor", firstTensor);
    json.put("tensors", tensors);
    json.put("largestDifference", finite(largestDifference));
    json.put("largestScoreDifference", finite(largestScoreDifference));
    return json;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  String text() {
    if (same()) {
      return adapterId == null
          ? "The same scores to the bit, from " + method + "."
          : "The same bytes: adapter " + adapterId + ".";
    }
    StringBuilder text = new StringBuilder("Not the same");
    if (firstStep > 0) {
      text.append("; the losses part at step ").append(firstStep);
    }
    if (firstTensor != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "; %d tensors differ, the first %s, by %.3g at most",
              tensors,
              firstTensor,
              largestDifference));
    } else if (adapterId != null) {
      text.append("; every tensor is the same, but what is written beside them is not");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "; scores of forget rows differ by %.3g at most.",
            largestScoreDifference));
    return text.toString();
  }
}
