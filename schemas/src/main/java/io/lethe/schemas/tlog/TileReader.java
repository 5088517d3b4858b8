package io.lethe.schemas.tlog;

import java.io.IOException;

/** Where tiles of hashes are found. */
@FunctionalInterface
public interface TileReader {
  /** The tile's hashes one after another, as many as are there. */
  byte[] tile(int level, long index) throws IOException;
}
