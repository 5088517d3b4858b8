package io.lethe.ledger.domain;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.GateResult;
import java.util.List;
import java.util.stream.Collectors;

/** What the ledger knows of the last candidate for a forget set. */
public record TrainedCandidate(
    String forgetSetId,
    String forgetSetDigest,
    String adapterId,
    String recommenderDigest,
    String method,
    boolean accepted,
    List<GateResult> gates) {
  /** From the worker's record. */
  public static TrainedCandidate of(AdapterTrained event) {
    return new TrainedCandidate(
        event.getForgetSetId(),
        event.getForgetSetDigest(),
        event.getAdapterId(),
        event.getRecommenderDigest(),
        event.getMethod(),
        event.getAccepted(),
        List.copyOf(event.getGates()));
  }

  /** Why it was refused: the gates it failed and what they measured. */
  public String refusal() {
    String failed =
        gates.stream()
            .filter(gate -> !gate.getPassed())
            .map(gate -> gate.getGate() + " measured " + gate.getValue())
            .collect(Collectors.joining(", "));
    return failed.isEmpty()
        ? "The candidate was refused without naming a gate."
        : "The candidate failed the gate " + failed + ".";
  }
}
