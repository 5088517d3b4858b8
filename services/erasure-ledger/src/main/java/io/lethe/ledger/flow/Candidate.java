package io.lethe.ledger.flow;

import io.lethe.schemas.event.AdapterTrained;
import java.time.Instant;
import java.util.List;

/**
 * A candidate that a worker trained.
 *
 * @param adapterId content address; null when nothing had to be trained and there is no parent, or
 *     when it was refused before it was stored
 * @param parentAdapterId the adapter it continues; null for the recommender itself
 * @param requests how many requests it newly forgets; none for an exact candidate
 * @param trainSeconds from claim to durable adapter
 * @param accepted whether it passed every gate
 * @param exact whether it takes the place of an approximation
 */
public record Candidate(
    String forgetSetId,
    long forgetSetSequence,
    String adapterId,
    String parentAdapterId,
    String method,
    int requests,
    int steps,
    double trainSeconds,
    List<Gate> gates,
    boolean accepted,
    boolean exact,
    Instant trainedAt) {
  static Candidate of(AdapterTrained event) {
    return new Candidate(
        event.getForgetSetId(),
        event.getForgetSetSequence(),
        event.getAdapterId(),
        event.getParentAdapterId(),
        event.getMethod(),
        event.getRequestIds().size(),
        event.getSteps(),
        event.getTrainSeconds(),
        Gate.of(event.getGates()),
        event.getAccepted(),
        event.getExact(),
        event.getTrainedAt());
  }
}
