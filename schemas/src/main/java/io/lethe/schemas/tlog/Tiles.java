package io.lethe.schemas.tlog;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where C2SP tlog-tiles puts hashes and entries, and how it packs them. */
public final class Tiles {
  /** Hashes or entries of a whole tile. */
  public static final int WIDTH = 256;

  /** Levels of the tree that one tile spans. */
  public static final int HEIGHT = 8;

  /** Longest entry in bytes: its length is told in 16 bits. */
  public static final int ENTRY_BYTES_MAX = 0xFFFF;

  /** Name of the signed checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  private static final int GROUP = 1000;
  private static final Pattern POSITION =
      Pattern.compile("((?:x\\d{3}/){0,5}\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");

  /**
   * Which tile of a level, and how much of it.
   *
   * @param index the tile's number within its level
   * @param width 1 to 256
   */
  public record Position(long index, int width) {}

  private Tiles() {}

  /** Path of a tile of hashes. */
  public static String hashes(int level, long index, int width) {
    return "tile/" + level + "/" + position(index, width);
  }

  /** Path of a bundle of entries. */
  public static String entries(long index, int width) {
    return "tile/entries/" + position(index, width);
  }

  /** The position that a path ends with, such as {@code x001/x234/067.p/5}. */
  public static Optional<Position> parse(String path) {
    Matcher matcher = POSITION.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long index = Long.parseLong(matcher.group(1).replace("x", "").replace("/", ""));
    int width = matcher.group(2) == null ? WIDTH : Integer.parseInt(matcher.group(2));
    boolean canonical =
        (matcher.group(2) == null || width < WIDTH) && position(index, width).equals(path);
    return canonical ? Optional.of(new Position(index, width)) : Optional.empty();
  }

  /** How wide the tile is in a log of that size; 0 when there is none. */
  public static int width(int level, long index, long size) {
    long hashes = level * HEIGHT >= Long.SIZE - 1 ? 0 : size >> (level * HEIGHT);
    return (int) Math.max(0, Math.min(WIDTH, hashes - index * WIDTH));
  }

  /** How many levels have a tile in a log of that size. */
  public static int levels(long size) {
    int levels = 0;
    for (long left = size; left > 0; left >>= HEIGHT) {
      levels++;
    }
    return levels;
  }

  /** The hash over {@code 1 << level} hashes of a tile, from {@code first} on. */
  static byte[] subtree(byte[] tile, int first, int level) {
    if (level == 0) {
      int start = first * MerkleTree.HASH_BYTES;
      return Arrays.copyOfRange(tile, start, start + MerkleTree.HASH_BYTES);
    }
    return MerkleTree.nodeHash(
        subtree(tile, first, level - 1), subtree(tile, first + (1 << (level - 1)), level - 1));
  }

  /** The hash of a whole tile, as the level above has it. */
  public static byte[] tileHash(byte[] tile) {
    return subtree(tile, 0, HEIGHT);
  }

  /** Subtree hashes out of tiles. */
  public static HashSource source(TileReader tiles) {
    return (level, index) -> {
      int inTile = level % HEIGHT;
      long first = index << inTile;
      byte[] tile = tiles.tile(level / HEIGHT, first / WIDTH);
      return subtree(tile, (int) (first % WIDTH), inTile);
    };
  }

  /** Packs entries, each after its length in 16 bits. */
  public static byte[] pack(List<byte[]> entries) {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      if (entry.length > ENTRY_BYTES_MAX) {
        throw new IllegalArgumentException(
            "An entry of " + entry.length + " bytes is longer than " + ENTRY_BYTES_MAX + ".");
      }
      bundle.write(entry.length >> 8);
      bundle.write(entry.length);
      bundle.writeBytes(entry);
    }
    return bundle.toByteArray();
  }

  /** Unpacks entries as far as the bundle is whole. */
  public static List<byte[]> unpack(byte[] bundle) {
    List<byte[]> entries = new ArrayList<>();
    int at = 0;
    while (at + 2 <= bundle.length) {
      int length = (bundle[at] & 0xFF) << 8 | bundle[at + 1] & 0xFF;
      at += 2;
      if (at + length > bundle.length) {
        break;
      }
      entries.add(Arrays.copyOfRange(bundle, at, at + length));
      at += length;
    }
    return entries;
  }

  private static String position(long index, int width) {
    StringBuilder path = new StringBuilder(String.format("%03d", index % GROUP));
    for (long left = index / GROUP; left > 0; left /= GROUP) {
      path.insert(0, String.format("x%03d/", left % GROUP));
    }
    return width == WIDTH ? path.toString() : path.append(".p/").append(width).toString();
  }
}
