package io.lethe.schemas.tlog;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Merkle tree of RFC 6962, section 2.1, over SHA-256: roots, proofs and their checking. */
public final class MerkleTree {
  /** Length of a hash in bytes. */
  public static final int HASH_BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private MerkleTree() {}

  /** The hash of an entry. */
  public static byte[] leafHash(byte[] entry) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    return digest.digest(entry);
  }

  /** The hash of two subtrees side by side. */
  public static byte[] nodeHash(byte[] left, byte[] right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }

  /** The root of the first {@code size} entries. */
  public static byte[] root(long size, HashSource source) throws IOException {
    return size == 0 ? sha256().digest() : range(0, size, source);
  }

  /**
   * The audit path of an entry, from its sibling up.
   *
   * @throws IllegalArgumentException when the tree of that size has no such entry
   */
  public static List<byte[]> inclusionProof(long index, long size, HashSource source)
      throws IOException {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "There is no entry " + index + " in a log of " + size + " entries.");
    }
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long until = size;
    while (until - from > 1) {
      long middle = from + split(until - from);
      if (index < middle) {
        path.add(0, range(middle, until, source));
        until = middle;
      } else {
        path.add(0, range(from, middle, source));
        from = middle;
      }
    }
    return path;
  }

  /**
   * The proof that the first {@code from} of {@code size} entries are what they were.
   *
   * @throws IllegalArgumentException when {@code from} is not between 1 and {@code size}
   */
  public static List<byte[]> consistencyProof(long from, long size, HashSource source)
      throws IOException {
    if (from < 1 || from > size) {
      throw new IllegalArgumentException(
          "A log of " + size + " entries has no consistency proof from " + from + " entries on.");
    }
    List<byte[]> proof = new ArrayList<>();
    long start = 0;
    long until = size;
    boolean known = true;
    while (from < until) {
      long middle = start + split(until - start);
      if (from <= middle) {
        proof.add(0, range(middle, until, source));
        until = middle;
      } else {
        proof.add(0, range(start, middle, source));
        start = middle;
        known = false;
      }
    }
    if (!known) {
      proof.add(0, range(start, until, source));
    }
    return proof;
  }

  /** Whether an audit path leads from the entry's hash to the root. */
  public static boolean isIncluded(
      byte[] leafHash, long index, long size, List<byte[]> proof, byte[] root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    byte[] hash = leafHash;
    for (byte[] sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = nodeHash(sibling, hash);
        // A right edge that has no sibling on its level goes up as it is.
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = nodeHash(hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && Arrays.equals(hash, root);
  }

  /** Whether the tree of {@code size} entries begins with the one of {@code from} entries. */
  public static boolean isConsistent(
      long from, long size, List<byte[]> proof, byte[] rootBefore, byte[] root) {
    if (from < 1 || from > size) {
      return false;
    }
    if (from == size) {
      return proof.isEmpty() && Arrays.equals(rootBefore, root);
    }
    long node = from - 1;
    long last = size - 1;
    while ((node & 1) == 1) {
      node >>= 1;
      last >>= 1;
    }
    int next = 0;
    byte[] before = rootBefore;
    if (node > 0) {
      if (proof.isEmpty()) {
        return false;
      }
      before = proof.get(next++);
    }
    byte[] after = before;
    for (; next < proof.size(); next++) {
      if (last == 0) {
        return false;
      }
      byte[] hash = proof.get(next);
      if ((node & 1) == 1 || node == last) {
        before = nodeHash(hash, before);
        after = nodeHash(hash, after);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        after = nodeHash(after, hash);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && Arrays.equals(before, rootBefore) && Arrays.equals(after, root);
  }

  /** The hash over entries from..until-1, a range that the tree has as one node. */
  private static byte[] range(long from, long until, HashSource source) throws IOException {
    byte[] hash = null;
    long end = until;
    // What is no power of two is a row of whole subtrees, the smallest at the right.
    while (end > from) {
      int level = Long.numberOfTrailingZeros(end - from);
      end -= 1L << level;
      byte[] left = source.hash(level, end >> level);
      hash = hash == null ? left : nodeHash(left, hash);
    }
    return hash;
  }

  /** The largest power of two below a number above 1. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }
}
