package io.lethe.worker.domain;

import io.lethe.schemas.event.AdapterTrained;

/** What an attempt at a forget set came to; published together with the set's offset. */
public sealed interface Outcome {
  /** A candidate to publish, accepted or refused by its gates. */
  record Publish(AdapterTrained candidate) implements Outcome {
    /**
     * True when the gates refused it for good, so that its set goes to the dead-letter topic too.
     * What two persons let through was stored and may yet be released.
     */
    public boolean isRefused() {
      return !candidate.getAccepted() && candidate.getAdapterId() == null;
    }
  }

  /** Nothing to publish. */
  record Acknowledge(String reason) implements Outcome {}

  /**
   * The set goes to the dead-letter topic, and nothing else.
   *
   * @param attempts how often it was tried
   */
  record DeadLetter(Exception error, int attempts) implements Outcome {}
}
