package io.lethe.intake.publish;

import io.lethe.schemas.event.DeletionRequested;
import java.util.concurrent.CompletableFuture;

/** Where accepted requests and withdrawals become durable. */
@FunctionalInterface
public interface RequestPublisher {
  /**
   * Publishes a request or a withdrawal. The future completes once every in-sync replica has the
   * record, and fails when the record is lost for certain or its fate is unknown; sending the same
   * request again is safe, because whoever reads it goes by its id.
   */
  CompletableFuture<Void> publish(DeletionRequested request);
}
