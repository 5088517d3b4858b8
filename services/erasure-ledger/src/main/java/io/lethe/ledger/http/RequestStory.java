package io.lethe.ledger.http;

import io.lethe.ledger.callback.Callback;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.flow.Candidate;
import io.lethe.ledger.flow.ForgetSetFlow;
import io.lethe.ledger.flow.LineageVersion;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;
import java.util.List;

/**
 * One request from its submission to its receipts.
 *
 * @param standing where it stands
 * @param timeLeftMillis until its legal deadline, negative once that has passed
 * @param steps what happened, as the log proves it, in order
 * @param forgetSet the set that carries it; null while there is none, or when it is remembered no
 *     more
 * @param candidates what was trained for that set, in order
 * @param version the first version that has forgotten it, as far as it is remembered
 * @param exactVersion the version by which it is forgotten exactly
 * @param receipts ids of its receipts, the first one first
 * @param callbacks what its producer was not told yet
 */
public record RequestStory(
    RequestSnapshot standing,
    long timeLeftMillis,
    List<StoryStep> steps,
    ForgetSetFlow forgetSet,
    List<Candidate> candidates,
    LineageVersion version,
    LineageVersion exactVersion,
    List<String> receipts,
    List<Callback> callbacks) {
  /**
   * One step.
   *
   * @param entry number of the log's entry, from 1
   * @param at when it happened, where the event tells; else when it was recorded
   * @param afterMillis since the acceptance
   */
  public record StoryStep(
      long entry,
      RequestEvent event,
      RequestStage from,
      RequestStage to,
      Instant at,
      Instant recordedAt,
      long afterMillis) {}
}
