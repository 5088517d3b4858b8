package io.lethe.ledger.domain;

import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;

/**
 * One step of one request.
 *
 * @param after the request's snapshot after it
 */
public record Step(RequestEvent event, RequestStage from, DeletionProgressed after) {
  /** Whether a receipt is issued for it: on completion, and when a completed one became exact. */
  public boolean issuesReceipt() {
    return event == RequestEvent.CLOCKS_MET
        || (event == RequestEvent.EXACT_ACKNOWLEDGED && from == RequestStage.COMPLETED);
  }
}
