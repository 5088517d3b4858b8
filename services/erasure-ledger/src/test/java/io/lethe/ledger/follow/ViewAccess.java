package io.lethe.ledger.follow;

import io.lethe.schemas.event.DeletionProgressed;

/** Shows snapshots without a ledger. */
public final class ViewAccess {
  private ViewAccess() {}

  public static void put(LedgerView view, DeletionProgressed snapshot) {
    view.put(snapshot);
  }
}
