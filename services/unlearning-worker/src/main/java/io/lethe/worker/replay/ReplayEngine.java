package io.lethe.worker.replay;

import io.lethe.engine.Example;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.unlearn.UnlearningEngine;
import java.util.List;

/** What the exact path asks of the engine, on the training thread only. */
public interface ReplayEngine {
  /** Whether the adapter can be replaced by an exact tuning. */
  boolean isOpenFor(Parent parent);

  /**
   * Begins a run; loads the parent's adapter.
   *
   * @param heldOut rows never trained on that the utility is judged by; may be empty
   */
  UnlearningEngine.Run begin(Parent parent, List<Example> heldOut);

  /** Overwrites what is kept of the rows that an exact adapter left out; may be called again. */
  void shred(Parent exact);
}
