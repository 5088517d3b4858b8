package io.lethe.schemas.tlog;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Says of one entry after the other whether it is bad, and how. */
final class FaultFinder {
  private static final String RESTORE =
      "restore the log from a copy that verifies, and keep this one as evidence";

  private final CopiedLog log;
  private final TrustedTiles trusted;

  FaultFinder(CopiedLog log, TrustedTiles trusted) {
    this.log = log;
    this.trusted = trusted;
  }

  /** What is wrong with the entry; null when nothing tells that it is bad. */
  TamperedException at(long index) throws IOException {
    byte[] hash = log.entryHash(index);
    byte[] signed = trusted.hash(index);
    if (hash == null) {
      return named(index, "is missing: the log was cut off or its bundle removed");
    }
    if (signed != null) {
      return Arrays.equals(hash, signed) ? null : named(index, compare(index, hash, signed));
    }
    return byLink(index, hash);
  }

  private String compare(long index, byte[] hash, byte[] signed) throws IOException {
    if (equals(hash, trustedOrNull(index + 1))) {
      return "was dropped: the entries behind it have moved up";
    }
    if (index + 1 < log.size() && equals(signed, log.entryHash(index + 1))) {
      return "was inserted: what belongs there comes after it";
    }
    for (long other = index + 1; other < log.size(); other++) {
      if (equals(hash, trusted.hash(other))) {
        return "was moved: it is entry " + (other + 1) + " of what was signed";
      }
    }
    return "was changed: it is not what was signed";
  }

  private TamperedException byLink(long index, byte[] hash) throws IOException {
    Optional<EntryLink> link = link(index);
    byte[] before = index == 0 ? null : log.entryHash(index - 1);
    if (link.isPresent() && link.get().sequence() != index + 1) {
      return named(
          index,
          "carries the number "
              + link.get().sequence()
              + ": an entry was dropped, inserted or moved there");
    }
    if (link.isPresent() && !link.get().follows(before)) {
      return named(index, "was changed: it does not follow the entry before it");
    }
    byte[] tile = log.tileHash(index);
    if (tile != null && !Arrays.equals(tile, hash)) {
      return named(index, "was changed: it does not match its hash");
    }
    // The entry behind vouches for this one; where it was changed itself, the one after it tells.
    Optional<EntryLink> next = link(index + 1);
    if (next.isPresent()
        && next.get().sequence() == index + 2
        && !next.get().follows(hash)
        && !isDenied(index + 1)) {
      return named(index, "was changed: the entry behind it vouches for another");
    }
    if (link.isEmpty() && next.isPresent()) {
      return named(index, "was changed: it does not begin with its number");
    }
    return null;
  }

  /** Whether the entry behind says that this one is not what it was. */
  private boolean isDenied(long index) throws IOException {
    Optional<EntryLink> next = link(index + 1);
    return next.isPresent()
        && next.get().sequence() == index + 2
        && !next.get().follows(log.entryHash(index));
  }

  private Optional<EntryLink> link(long index) throws IOException {
    byte[] entry = index < log.size() ? log.entry(index) : null;
    return entry == null ? Optional.empty() : EntryLink.of(entry);
  }

  private byte[] trustedOrNull(long index) throws IOException {
    return index < log.size() ? trusted.hash(index) : null;
  }

  private static boolean equals(byte[] one, byte[] other) {
    return one != null && other != null && Arrays.equals(one, other);
  }

  private static TamperedException named(long index, String what) {
    return TamperedException.atEntry(index, "entry " + (index + 1) + " " + what, RESTORE);
  }
}
