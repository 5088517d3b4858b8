package io.lethe.ledger.record;

import io.lethe.schemas.tlog.LogFiles;
import java.io.Closeable;
import java.io.IOException;

/** Where the log's files lie: a seam where disks can fail. */
public interface LogStore extends LogFiles, Closeable {
  /**
   * Writes a file and waits until it is on the disk, whole or not at all; what was there is
   * replaced.
   */
  void write(String path, byte[] bytes) throws IOException;

  /**
   * Removes the unfinished widths of a tile or bundle, but one.
   *
   * @param path of the whole one
   * @param kept the width that stays; 256 for none
   */
  void removeUnfinished(String path, int kept) throws IOException;
}
