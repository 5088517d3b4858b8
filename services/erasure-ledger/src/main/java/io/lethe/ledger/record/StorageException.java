package io.lethe.ledger.record;

import java.io.IOException;

/** Something could not be written to disk; nothing of it was acknowledged. */
public final class StorageException extends RuntimeException {
  /**
   * @param what what could not be written
   */
  public StorageException(String what, IOException cause) {
    super(
        "The ledger could not write "
            + what
            + " ("
            + cause.getClass().getSimpleName()
            + (cause.getMessage() == null ? "" : ": " + cause.getMessage())
            + "). Nothing is acknowledged meanwhile; make room on the disk of"
            + " lethe.state-directory and see that the service may write there: it goes on by"
            + " itself.",
        cause);
  }
}
