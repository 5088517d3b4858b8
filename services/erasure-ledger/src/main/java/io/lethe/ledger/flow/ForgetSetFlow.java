package io.lethe.ledger.flow;

import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Instant;

/**
 * A forget set on its way to a version.
 *
 * @param state how far it has come
 * @param trigger why it closed
 * @param requests how many requests it serves
 * @param samples how many samples it holds
 * @param earliestDueAt the first legal deadline among its requests
 * @param training as the worker told last; null where nothing is known, as after the ledger's start
 *     for all but the newest set
 * @param candidate the last one trained for it; null before the first
 * @param version the version that adds it; null while there is none
 * @param releasedAt when the catalog released that; null while it has not
 */
public record ForgetSetFlow(
    String forgetSetId,
    long sequence,
    State state,
    String trigger,
    int requests,
    int samples,
    Instant openedAt,
    Instant closedAt,
    Instant earliestDueAt,
    Training training,
    Candidate candidate,
    Long version,
    Instant releasedAt) {
  /** How far a set has come. */
  public enum State {
    /** It closed; no worker has told of it. */
    CLOSED,
    /** A worker is at it. */
    IN_WORK,
    /** The worker ended without a candidate: its last words tell why. */
    ENDED,
    /** Its candidate failed a gate. */
    REFUSED,
    /** Its candidate passed every gate and waits for the catalog. */
    TRAINED,
    /** A released version has forgotten it. */
    RELEASED
  }

  static ForgetSetFlow of(ForgetSetClosed event) {
    return new ForgetSetFlow(
        event.getForgetSetId(),
        event.getSequence(),
        State.CLOSED,
        event.getTrigger().name(),
        event.getRequestIds().size(),
        event.getSamples().size()
            + event.getSealedSamples().stream().mapToInt(run -> run.getSamples().size()).sum(),
        event.getOpenedAt(),
        event.getClosedAt(),
        event.getEarliestDueAt(),
        null,
        null,
        null,
        null);
  }

  ForgetSetFlow with(Training toldTraining, Candidate trained, LineageVersion released) {
    return new ForgetSetFlow(
        forgetSetId,
        sequence,
        state(toldTraining, trained, released),
        trigger,
        requests,
        samples,
        openedAt,
        closedAt,
        earliestDueAt,
        toldTraining,
        trained,
        released == null ? null : released.version(),
        released == null ? null : released.releasedAt());
  }

  private static State state(Training training, Candidate candidate, LineageVersion released) {
    if (released != null) {
      return State.RELEASED;
    }
    boolean working = training != null && !training.ended();
    // A worker may try again after a candidate was refused, or found to be stale.
    if (candidate != null && !(working && training.startedAt().isAfter(candidate.trainedAt()))) {
      return candidate.accepted() ? State.TRAINED : State.REFUSED;
    }
    if (working) {
      return State.IN_WORK;
    }
    return training == null ? State.CLOSED : State.ENDED;
  }
}
