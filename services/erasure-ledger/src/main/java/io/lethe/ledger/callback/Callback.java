package io.lethe.ledger.callback;

import java.time.Instant;

/**
 * A callback that waits, or that nobody tries any more. It names no person.
 *
 * @param receiptId the receipt that it brings; makes the message's id, the same at every try
 * @param requestId the request
 * @param producer whom it is for
 * @param state PENDING or DEAD
 * @param attempts tries so far
 * @param since when the receipt was issued
 * @param nextAt when it is tried next; of a dead one when it was given up
 * @param lastError why the last try failed, in a few words; null before the first
 */
public record Callback(
    String receiptId,
    String requestId,
    String producer,
    CallbackLifecycle.State state,
    int attempts,
    Instant since,
    Instant nextAt,
    String lastError) {
  /** The id of the message (Standard Webhooks); who gets it twice may pass over the second. */
  public String messageId() {
    return "msg_" + receiptId;
  }

  Callback with(
      CallbackLifecycle.State newState, int newAttempts, Instant newNextAt, String error) {
    return new Callback(
        receiptId, requestId, producer, newState, newAttempts, since, newNextAt, error);
  }
}
