package io.lethe.serving.acknowledge;

import io.lethe.schemas.event.AdapterServing;

/** Where acknowledgements go. */
public interface ServingPublisher {
  /**
   * Sends an acknowledgement; a failure is logged and repaired by the next heartbeat.
   *
   * @param onConfirmed run once the broker has it, on any thread, in the order of sending
   */
  void publish(AdapterServing serving, Runnable onConfirmed);

  /** Says that this replica serves no more, and waits until that is kept. */
  void retract(String replicaId);
}
