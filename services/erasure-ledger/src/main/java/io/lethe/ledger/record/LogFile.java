package io.lethe.ledger.record;

import java.io.Closeable;
import java.io.IOException;

/** The bytes of the log: a seam where disks can fail. */
public interface LogFile extends Closeable {
  /** Everything that is there. */
  byte[] read() throws IOException;

  /** Length in bytes. */
  long size() throws IOException;

  /** Writes at the end and waits until it is on the disk. */
  void append(byte[] bytes) throws IOException;

  /** Cuts everything from that length on. */
  void truncate(long size) throws IOException;
}
