package io.lethe.ledger.record;

/** The log on disk is not the one that was written. */
public final class BrokenChainException extends RuntimeException {
  private final long line;

  BrokenChainException(long line, String fault) {
    super(
        "The ledger's log is broken at line "
            + line
            + ": "
            + fault
            + " Nothing from that line on can be trusted. Restore transitions.jsonl in"
            + " lethe.state-directory from a backup, or move it away for examination and start"
            + " again: the ledger then begins a new log from its snapshots in"
            + " deletion.progressed.");
    this.line = line;
  }

  /** The first bad line, from 1. */
  public long line() {
    return line;
  }
}
