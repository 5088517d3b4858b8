package io.lethe.worker.domain;

import io.lethe.schemas.event.AdapterTrained;

/** What an attempt at a forget set came to; published together with the set's offset. */
public sealed interface Outcome {
  /** A candidate to publish, accepted or refused by its gates. */
  record Publish(AdapterTrained candidate) implements Outcome {}

  /** Nothing to publish. */
  record Acknowledge(String reason) implements Outcome {}

  /**
   * The set goes to the dead-letter topic.
   *
   * @param attempts how often it was tried
   */
  record DeadLetter(Exception error, int attempts) implements Outcome {}
}
