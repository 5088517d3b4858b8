package io.lethe.ledger.deadletter;

import io.lethe.schemas.kafka.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A dead letter and what is known of it.
 *
 * @param requestIds ids of the requests that it carries, as far as it can be read
 * @param deadline when what it carries is due; empty where it carries no request
 * @param redrive what sent it back; empty while nothing has
 */
public record TrackedLetter(
    DeadLetter letter,
    List<String> requestIds,
    Optional<Instant> deadline,
    Optional<Redrive> redrive,
    LetterState state) {

  /** A redrive that sent the letter back. */
  public record Redrive(String redriveId, Instant at, String actorRef, String why) {}

  /** Id of the letter: its position. */
  public String id() {
    return letter.position().toString();
  }
}
