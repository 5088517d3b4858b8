package io.lethe.schemas.tlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A copy's entries and hashes, as far as they are there. Keeps two hashes an entry in memory, no
 * entry.
 */
final class CopiedLog {
  private final LogFiles files;
  private final long size;
  private final List<byte[]> entryHashes = new ArrayList<>();
  private final List<byte[]> tiles = new ArrayList<>();
  private long surplusAt = -1;

  CopiedLog(LogFiles files, long size) throws IOException {
    this.files = files;
    this.size = size;
    for (long n = 0; n * Tiles.WIDTH < size; n++) {
      int width = Tiles.width(0, n, size);
      entryHashes.add(hashEntries(n, width));
      tiles.add(tile(0, n));
    }
  }

  long size() {
    return size;
  }

  /** The hash of the entry itself; null when the entry is not there. */
  byte[] entryHash(long index) {
    return hash(entryHashes, index);
  }

  /** The hash that the tiles have for the entry; null when it is not there. */
  byte[] tileHash(long index) {
    return hash(tiles, index);
  }

  /** Position of what a bundle has beyond its entries; -1 when none has. */
  long surplusAt() {
    return surplusAt;
  }

  /** One entry; null when it is not there. */
  byte[] entry(long index) throws IOException {
    long n = index / Tiles.WIDTH;
    List<byte[]> bundle = bundle(n, Tiles.width(0, n, size));
    int at = (int) (index % Tiles.WIDTH);
    return at < bundle.size() ? bundle.get(at) : null;
  }

  /** A tile as it lies there, cut to what the size has; empty when it is missing. */
  byte[] tile(int level, long n) throws IOException {
    int width = Tiles.width(level, n, size);
    byte[] tile =
        files.readFrom(Tiles.hashes(level, n, Tiles.WIDTH), width).orElseGet(() -> new byte[0]);
    return Arrays.copyOf(tile, Math.min(tile.length, width * MerkleTree.HASH_BYTES));
  }

  /** Whether every entry is there. */
  boolean hasAllEntries() {
    return size == 0 || entryHash(size - 1) != null && isWhole(entryHashes);
  }

  /** Whether every hash of an entry is there. */
  boolean hasAllTiles() {
    return size == 0 || tileHash(size - 1) != null && isWhole(tiles);
  }

  /** The tree over the entries. */
  HashSource overEntries() {
    return Tiles.source(grown(entryHashes));
  }

  /** The tree over the hashes that the tiles have for the entries. */
  HashSource overTiles() {
    return Tiles.source(grown(tiles));
  }

  /** Whole upper levels, made anew from those below. */
  private static TileReader grown(List<byte[]> lowest) {
    List<List<byte[]>> levels = new ArrayList<>();
    levels.add(lowest);
    List<byte[]> top = lowest;
    while (top.size() > 1 || (top.size() == 1 && isFull(top.get(0)))) {
      top = above(top);
      levels.add(top);
    }
    return (level, n) -> levels.get(level).get((int) n);
  }

  private static List<byte[]> above(List<byte[]> below) {
    List<byte[]> above = new ArrayList<>();
    byte[] tile = new byte[0];
    for (byte[] one : below) {
      if (isFull(one)) {
        int end = tile.length;
        tile = Arrays.copyOf(tile, end + MerkleTree.HASH_BYTES);
        System.arraycopy(Tiles.tileHash(one), 0, tile, end, MerkleTree.HASH_BYTES);
      }
      if (isFull(tile)) {
        above.add(tile);
        tile = new byte[0];
      }
    }
    above.add(tile);
    return above;
  }

  private static boolean isFull(byte[] tile) {
    return tile.length == Tiles.WIDTH * MerkleTree.HASH_BYTES;
  }

  private boolean isWhole(List<byte[]> lowest) {
    for (int n = 0; n < lowest.size(); n++) {
      if (lowest.get(n).length != Tiles.width(0, n, size) * MerkleTree.HASH_BYTES) {
        return false;
      }
    }
    return true;
  }

  private byte[] hashEntries(long n, int width) throws IOException {
    List<byte[]> bundle = bundle(n, width);
    byte[] hashes = new byte[bundle.size() * MerkleTree.HASH_BYTES];
    for (int i = 0; i < bundle.size(); i++) {
      System.arraycopy(
          MerkleTree.leafHash(bundle.get(i)),
          0,
          hashes,
          i * MerkleTree.HASH_BYTES,
          MerkleTree.HASH_BYTES);
    }
    return hashes;
  }

  private List<byte[]> bundle(long n, int width) throws IOException {
    String whole = Tiles.entries(n, Tiles.WIDTH);
    byte[] exact = files.read(Tiles.entries(n, width)).orElse(null);
    byte[] bundle =
        exact == null ? files.readFrom(whole, width).orElseGet(() -> new byte[0]) : exact;
    List<byte[]> entries = Tiles.unpack(bundle);
    int bytes = entries.stream().mapToInt(entry -> entry.length + Short.BYTES).sum();
    boolean surplus = exact != null && (entries.size() > width || bytes < bundle.length);
    if (surplus && surplusAt < 0) {
      surplusAt = n * Tiles.WIDTH + Math.min(width, entries.size());
    }
    return entries.size() > width ? entries.subList(0, width) : entries;
  }

  private static byte[] hash(List<byte[]> lowest, long index) {
    byte[] hashes = lowest.get((int) (index / Tiles.WIDTH));
    int at = (int) (index % Tiles.WIDTH) * MerkleTree.HASH_BYTES;
    return at + MerkleTree.HASH_BYTES > hashes.length
        ? null
        : Arrays.copyOfRange(hashes, at, at + MerkleTree.HASH_BYTES);
  }
}
