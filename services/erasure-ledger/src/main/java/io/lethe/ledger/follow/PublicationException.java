package io.lethe.ledger.follow;

/** Snapshots could not be published. */
public final class PublicationException extends RuntimeException {
  /** A publication whose fate is unknown. */
  public PublicationException(Throwable cause) {
    super(
        "The ledger could not publish to deletion.progressed ("
            + cause.getClass().getSimpleName()
            + "). What happened is in its log and is sent again by itself; see that"
            + " kafka.bootstrap.servers and lethe.schema-registry-url answer.",
        cause);
  }
}
