package io.lethe.ledger.follow;

import io.lethe.ledger.domain.Step;

/** Watches what the ledger does. */
public interface LedgerObserver {
  /** A step was recorded durably. */
  void recorded(Step step);

  /** An event had no step. */
  void ignored();
}
