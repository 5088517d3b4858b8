package io.lethe.ledger.record;

/** What proves that the log has an entry. */
public interface Evidence {
  /** The log's name. */
  String origin();

  /**
   * The entry as it was logged, byte for byte.
   *
   * @param index from 0
   */
  byte[] entry(long index);

  /** The entry's proof of inclusion under the newest checkpoint (C2SP tlog-proof). */
  String proof(long index);
}
