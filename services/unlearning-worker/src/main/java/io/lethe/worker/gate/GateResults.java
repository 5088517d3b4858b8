package io.lethe.worker.gate;

import io.lethe.engine.GateVerdict;
import io.lethe.schemas.event.GateResult;
import java.util.List;

/** Gate verdicts as events carry them. */
public final class GateResults {
  private GateResults() {}

  /** The verdict as an event carries it: an unbounded end is null. */
  public static GateResult of(GateVerdict verdict) {
    return GateResult.newBuilder()
        .setGate(verdict.gate())
        .setValue(verdict.value())
        .setLower(bounded(verdict.lower()))
        .setUpper(bounded(verdict.upper()))
        .setReference(verdict.reference())
        .setPassed(verdict.passed())
        .build();
  }

  /** True when there are verdicts and all passed. */
  public static boolean allPassed(List<GateResult> gates) {
    return !gates.isEmpty() && gates.stream().allMatch(GateResult::getPassed);
  }

  /** True when that gate refused and every gate before it passed; the first refusal is the last. */
  public static boolean failsOnly(List<GateResult> gates, String gate) {
    return gates.stream()
        .filter(result -> !result.getPassed())
        .map(GateResult::getGate)
        .toList()
        .equals(List.of(gate));
  }

  private static Double bounded(double end) {
    return Double.isFinite(end) ? end : null;
  }
}
