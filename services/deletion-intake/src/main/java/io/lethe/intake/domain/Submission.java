package io.lethe.intake.domain;

import io.lethe.schemas.event.Regime;
import java.time.Instant;

/**
 * What is asked, its shape checked and the person pseudonymised, before it is dated.
 *
 * @param requestId UUID in lower case, made by the asker
 * @param subjectRef keyed pseudonym of the person
 * @param submittedAt when the person asked; null when the asker does not say
 * @param dueAt an earlier deadline than the law's; null for the law's own
 * @param source the account system that sends it; may be empty
 * @param idempotencyKeyRef keyed pseudonym of the Idempotency-Key; null when none was given
 */
public record Submission(
    String requestId,
    String subjectRef,
    ErasureScope scope,
    Regime regime,
    Instant submittedAt,
    Instant dueAt,
    String source,
    String idempotencyKeyRef) {

  /** The same request of the same person, under another pseudonym's request id. */
  public Submission companion(String companionId) {
    return new Submission(companionId, subjectRef, scope, regime, submittedAt, dueAt, source, null);
  }

  /** Digest of what is asked: the same for every repetition, whatever its dates and its door. */
  public String contentDigest() {
    return ContentDigest.of(requestId, subjectRef, scope, regime);
  }
}
