package io.lethe.ledger.follow;

import io.lethe.ledger.domain.Step;
import java.util.List;

/** Watches what the ledger does. */
public interface LedgerObserver {
  /** A step was recorded durably. */
  void recorded(Step step);

  /** An event had no step. */
  void ignored();

  /** All of them, in order. */
  static LedgerObserver all(LedgerObserver... observers) {
    List<LedgerObserver> told = List.of(observers);
    return new LedgerObserver() {
      @Override
      public void recorded(Step step) {
        told.forEach(observer -> observer.recorded(step));
      }

      @Override
      public void ignored() {
        told.forEach(LedgerObserver::ignored);
      }
    };
  }
}
