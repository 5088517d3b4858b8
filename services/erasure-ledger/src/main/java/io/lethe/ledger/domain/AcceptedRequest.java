package io.lethe.ledger.domain;

import io.lethe.schemas.event.DeletionRequested;

/** A request and its position in deletion.requested. */
public record AcceptedRequest(int partition, long offset, DeletionRequested request) {
  /** The partition as servers name it. */
  public String partitionName() {
    return Integer.toString(partition);
  }
}
