package io.lethe.schemas.tlog;

import java.io.IOException;

/** Where the hashes of whole subtrees are found. */
@FunctionalInterface
public interface HashSource {
  /**
   * The hash over the entries from {@code index << level} on, {@code 1 << level} of them.
   *
   * @param level 0 for the hash of an entry
   */
  byte[] hash(int level, long index) throws IOException;
}
