package io.lethe.serving.model;

import java.time.Duration;

/** Who wants to know of switches. */
public interface SwapObserver {
  /** A version took effect; {@code took} is from the beginning of loading to the switch. */
  void switched(AdapterSlot.Serving serving, Duration took);

  /** A version was refused and the one before keeps serving. */
  void refused(Refusal refusal);

  /** A version on trial began or ceased to answer a part of the requests. */
  default void trialChanged() {}
}
