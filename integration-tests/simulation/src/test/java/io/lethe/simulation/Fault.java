package io.lethe.simulation;

/** What can go wrong; a test fails on one that no seed ever brought about. */
public enum Fault {
  /** A process ends between two steps and starts again later with what is durable. */
  CRASH,
  /** A process ends between writing and committing; its transaction stays open. */
  CRASH_IN_TRANSACTION,
  /** A process stands still for longer than its lease, then goes on as if nothing had been. */
  PAUSE_BEYOND_LEASE,
  /** A producer writes the same record twice. */
  PRODUCER_DUPLICATE,
  /** A person's request is sent again after it was accepted. */
  REPEATED_REQUEST,
  /** Intake does not learn whether the broker kept its record. */
  PUBLICATION_UNCERTAIN,
  /** Intake's record is lost on its way, and intake learns it. */
  PUBLICATION_LOST,
  /** A commit fails, and everything in it is taken back. */
  TRANSACTION_ABORT,
  /** A group gives its partitions out anew. */
  REBALANCE,
  /** A server reaches users, but not the broker. */
  SERVER_CUT_OFF,
  /** A process ends in order, and starts again later. */
  ORDERLY_STOP,
  /** A process's clock is wrong by up to a day. */
  CLOCK_SKEW,
  /** A clock moves while its process runs. */
  CLOCK_JUMP,
  /** A record that cannot be used. */
  POISON_RECORD,
  /** An interaction that was recorded before its person's request arrives after it. */
  LATE_INTERACTION,
  /** A profile arrives after its person's request. */
  LATE_PROFILE,
  /** A gate refuses a candidate. */
  GATE_REFUSAL,
  /** An adapter cannot be fetched for now. */
  ADAPTER_UNREADABLE,
  /** The ledger's disk takes no more for now. */
  LEDGER_DISK_FULL,
  /** The ledger cannot publish for now. */
  LEDGER_PUBLICATION_LOST,
  /** Compaction hides what was replaced. */
  COMPACTION
}
