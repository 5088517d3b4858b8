package io.lethe.ledger.follow;

import io.lethe.schemas.event.DeletionProgressed;
import java.util.List;

/** Where snapshots go. */
@FunctionalInterface
public interface SnapshotPublisher {
  /**
   * Publishes and waits until all are durable.
   *
   * @throws PublicationException when the fate of any is unknown: all are to be sent again
   */
  void publish(List<DeletionProgressed> snapshots);
}
