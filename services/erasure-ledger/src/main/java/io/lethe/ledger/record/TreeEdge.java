package io.lethe.ledger.record;

import io.lethe.schemas.tlog.MerkleTree;
import io.lethe.schemas.tlog.Tiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The right edge of the tree: the unfinished bundle of entries and the unfinished tile of each
 * level, which is all that appending needs. At most 256 entries and 8 KiB a level.
 */
final class TreeEdge {
  private static final byte[] EMPTY = new byte[0];

  private final List<byte[]> entries;
  private final List<byte[]> tiles;
  private long size;

  private TreeEdge(long size, List<byte[]> entries, List<byte[]> tiles) {
    this.size = size;
    this.entries = new ArrayList<>(entries);
    this.tiles = new ArrayList<>(tiles);
  }

  static TreeEdge empty() {
    return new TreeEdge(0, List.of(), List.of());
  }

  /** The edge of a log of that size. */
  static TreeEdge of(long size, List<byte[]> entries, List<byte[]> tiles) {
    return new TreeEdge(size, entries, tiles);
  }

  TreeEdge copy() {
    return new TreeEdge(size, entries, tiles);
  }

  long size() {
    return size;
  }

  /** The unfinished tile of a level. */
  byte[] tile(int level) {
    return level < tiles.size() ? tiles.get(level) : EMPTY;
  }

  /** The entries of the unfinished bundle. */
  List<byte[]> entries() {
    return entries;
  }

  /**
   * Adds an entry.
   *
   * @param finished gets the bundle and the tiles that it fills, by path
   */
  void add(byte[] entry, Map<String, byte[]> finished) {
    long index = size;
    entries.add(entry);
    if (entries.size() == Tiles.WIDTH) {
      finished.put(Tiles.entries(index / Tiles.WIDTH, Tiles.WIDTH), Tiles.pack(entries));
      entries.clear();
    }
    size++;
    byte[] hash = MerkleTree.leafHash(entry);
    for (int level = 0; hash != null; level++) {
      if (level == tiles.size()) {
        tiles.add(EMPTY);
      }
      byte[] tile = Arrays.copyOf(tiles.get(level), tiles.get(level).length + hash.length);
      System.arraycopy(hash, 0, tile, tile.length - hash.length, hash.length);
      boolean full = tile.length == Tiles.WIDTH * MerkleTree.HASH_BYTES;
      if (full) {
        long number = index >> (Tiles.HEIGHT * (level + 1));
        finished.put(Tiles.hashes(level, number, Tiles.WIDTH), tile);
      }
      tiles.set(level, full ? EMPTY : tile);
      hash = full ? Tiles.tileHash(tile) : null;
    }
  }

  /** What is unfinished and was not so before, by path. */
  void addUnfinished(TreeEdge before, Map<String, byte[]> files) {
    if (!entries.isEmpty()) {
      files.put(Tiles.entries(size / Tiles.WIDTH, entries.size()), Tiles.pack(entries));
    }
    for (int level = 0; level < tiles.size(); level++) {
      byte[] tile = tiles.get(level);
      if (tile.length > 0 && !Arrays.equals(tile, before.tile(level))) {
        long number = size >> (Tiles.HEIGHT * (level + 1));
        files.put(Tiles.hashes(level, number, tile.length / MerkleTree.HASH_BYTES), tile);
      }
    }
  }
}
