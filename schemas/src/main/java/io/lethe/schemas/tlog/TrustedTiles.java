package io.lethe.schemas.tlog;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Which tiles of a copy lead to its signed root, whatever became of the others. */
final class TrustedTiles {
  private static final byte[] NONE = new byte[0];

  private final CopiedLog log;
  private final boolean edge;
  private final boolean edgeFromEntries;
  private final Map<String, byte[]> known = new HashMap<>();

  TrustedTiles(CopiedLog log, Checkpoint signed) throws IOException {
    this.log = log;
    boolean byTiles = isRoot(signed, log::tile);
    this.edgeFromEntries = !byTiles && isRoot(signed, this::withEntries);
    this.edge = byTiles || edgeFromEntries;
  }

  /** The hash that was signed for an entry; null when nothing tells it. */
  byte[] hash(long index) throws IOException {
    byte[] tile = tile(0, index / Tiles.WIDTH);
    int at = (int) (index % Tiles.WIDTH) * MerkleTree.HASH_BYTES;
    return at + MerkleTree.HASH_BYTES > tile.length
        ? null
        : Arrays.copyOfRange(tile, at, at + MerkleTree.HASH_BYTES);
  }

  /** A tile that leads to the root; empty when it does not, or nothing tells. */
  private byte[] tile(int level, long n) throws IOException {
    String name = level + "/" + n;
    byte[] found = known.get(name);
    if (found == null) {
      found = find(level, n);
      known.put(name, found);
    }
    return found;
  }

  private byte[] find(int level, long n) throws IOException {
    int width = Tiles.width(level, n, log.size());
    if (width < Tiles.WIDTH) {
      return edge ? edgeTile(level, n) : NONE;
    }
    byte[] above = tile(level + 1, n / Tiles.WIDTH);
    int at = (int) (n % Tiles.WIDTH) * MerkleTree.HASH_BYTES;
    if (at + MerkleTree.HASH_BYTES > above.length) {
      return NONE;
    }
    byte[] hash = Arrays.copyOfRange(above, at, at + MerkleTree.HASH_BYTES);
    byte[] tile = log.tile(level, n);
    if (isTile(tile, hash)) {
      return tile;
    }
    byte[] made = level == 0 ? entries(n) : NONE;
    return isTile(made, hash) ? made : NONE;
  }

  private static boolean isTile(byte[] tile, byte[] hash) {
    return tile.length == Tiles.WIDTH * MerkleTree.HASH_BYTES
        && Arrays.equals(Tiles.tileHash(tile), hash);
  }

  private byte[] edgeTile(int level, long n) throws IOException {
    return edgeFromEntries ? withEntries(level, n) : log.tile(level, n);
  }

  private byte[] withEntries(int level, long n) throws IOException {
    return level == 0 ? entries(n) : log.tile(level, n);
  }

  private byte[] entries(long n) {
    int width = Tiles.width(0, n, log.size());
    byte[] hashes = new byte[width * MerkleTree.HASH_BYTES];
    for (int i = 0; i < width; i++) {
      byte[] hash = log.entryHash(n * Tiles.WIDTH + i);
      if (hash == null) {
        return NONE;
      }
      System.arraycopy(hash, 0, hashes, i * MerkleTree.HASH_BYTES, MerkleTree.HASH_BYTES);
    }
    return hashes;
  }

  /** The root needs the unfinished tile of each level alone. */
  private boolean isRoot(Checkpoint signed, TileReader tiles) throws IOException {
    for (int level = 0; level < Tiles.levels(log.size()); level++) {
      long hashes = log.size() >> (level * Tiles.HEIGHT);
      long n = hashes / Tiles.WIDTH;
      int width = Tiles.width(level, n, log.size());
      if (width > 0 && tiles.tile(level, n).length < width * MerkleTree.HASH_BYTES) {
        return false;
      }
    }
    return Arrays.equals(MerkleTree.root(log.size(), Tiles.source(tiles)), signed.root());
  }
}
