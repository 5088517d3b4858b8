package io.lethe.ledger.record;

import io.lethe.schemas.tlog.TamperedException;

/** The log on disk is not the one that was written. */
public final class BrokenLogException extends RuntimeException {
  private final long index;

  BrokenLogException(TamperedException fault) {
    this(fault.index(), fault.getMessage());
  }

  BrokenLogException(long index, String fault) {
    super(
        "The ledger's log is broken: "
            + fault
            + ". Nothing from there on can be trusted, and nothing is recorded. Restore the folder"
            + " log in lethe.state-directory from its newest copy; where there is none, move it"
            + " away for examination and start again with another lethe.log.origin: the ledger then"
            + " begins a new log from its snapshots in deletion.progressed.");
    this.index = index;
  }

  /** Position of the first bad entry, from 0; -1 when it is no entry that is bad. */
  public long index() {
    return index;
  }
}
