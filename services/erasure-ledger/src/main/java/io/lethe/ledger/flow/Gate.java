package io.lethe.ledger.flow;

import io.lethe.schemas.event.GateResult;
import java.util.List;

/**
 * A gate's verdict.
 *
 * @param lower lower end of the accepted band, inclusive; null for none
 * @param upper upper end of it, inclusive; null for none
 * @param reference what the value was compared with
 */
public record Gate(
    String gate, Double value, Double lower, Double upper, String reference, boolean passed) {
  static List<Gate> of(List<GateResult> results) {
    return results.stream()
        .map(
            result ->
                new Gate(
                    result.getGate(),
                    // JSON has no word for what is not finite.
                    Double.isFinite(result.getValue()) ? result.getValue() : null,
                    result.getLower(),
                    result.getUpper(),
                    result.getReference(),
                    result.getPassed()))
        .toList();
  }
}
