package io.lethe.schemas.tlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Verifies a whole copy of a log: the signature, every entry, every tile, and that it continues
 * what was known of it before. What is wrong is named at the first bad entry.
 *
 * <p>The signed root is trusted, and through it whatever hashes to it. Where entries and tiles were
 * both changed, the links between the entries tell where; where those were made anew too, only what
 * earlier checkpoints vouch for is known to be good, and the first entry beyond it is named.
 */
public final class LogAudit {
  private static final String RESTORE =
      "restore the log from a copy that verifies, and keep this one as evidence";

  private final List<NoteKey> keys;

  /**
   * @param keys the log's; any one suffices
   */
  public LogAudit(List<NoteKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Verifies a copy.
   *
   * @param known verified checkpoints of the same log, from receipts or earlier copies
   * @return the copy's checkpoint
   * @throws TamperedException naming the first bad entry
   */
  public Checkpoint verify(LogFiles files, List<Checkpoint> known)
      throws IOException, TamperedException {
    byte[] note =
        files
            .read(Tiles.CHECKPOINT)
            .orElseThrow(
                () ->
                    TamperedException.of(
                        "there is no file checkpoint, so nothing vouches for the entries",
                        "copy the whole folder of the log, checkpoint first"));
    Checkpoint signed = Checkpoint.verify(new String(note, StandardCharsets.UTF_8), keys);
    requireSameLog(signed, known);
    CopiedLog log = new CopiedLog(files, signed.size());
    List<Checkpoint> bySize =
        known.stream().sorted(Comparator.comparingLong(Checkpoint::size)).toList();
    if (log.hasAllEntries()
        && Arrays.equals(MerkleTree.root(signed.size(), log.overEntries()), signed.root())) {
      requireNoSurplus(log);
      requireRightTiles(log);
      requireContinues(log, bySize);
      requireAsLongAs(signed, bySize);
    } else {
      throw firstBad(log, signed, bySize);
    }
    return signed;
  }

  /**
   * Where two copies of one log part, both of which verify.
   *
   * @return position of the first entry in which they differ; nothing when one continues the other
   */
  public static OptionalLong fork(LogFiles one, Checkpoint ofOne, LogFiles two, Checkpoint ofTwo)
      throws IOException {
    CopiedLog first = new CopiedLog(one, ofOne.size());
    CopiedLog second = new CopiedLog(two, ofTwo.size());
    for (long i = 0; i < Math.min(ofOne.size(), ofTwo.size()); i++) {
      if (!Arrays.equals(first.entryHash(i), second.entryHash(i))) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }

  private static void requireSameLog(Checkpoint signed, List<Checkpoint> known)
      throws TamperedException {
    for (Checkpoint one : known) {
      if (!one.origin().equals(signed.origin())) {
        throw TamperedException.of(
            "the log is " + signed.origin() + ", but it is compared with a checkpoint of another",
            "compare it with checkpoints and receipts of the same log");
      }
    }
  }

  private static void requireAsLongAs(Checkpoint signed, List<Checkpoint> bySize)
      throws TamperedException {
    long longest = bySize.isEmpty() ? 0 : bySize.get(bySize.size() - 1).size();
    if (longest > signed.size()) {
      throw TamperedException.atEntry(
          signed.size(),
          "entry "
              + (signed.size() + 1)
              + " is missing: the log ends before it, though it held "
              + longest
              + " entries once; its end was cut off, or the checkpoint is an old one",
          "fetch the newest copy; where the ledger itself has none longer, keep both as evidence");
    }
  }

  private static void requireNoSurplus(CopiedLog log) throws TamperedException {
    if (log.surplusAt() >= 0) {
      throw TamperedException.atEntry(
          log.surplusAt(),
          "entry "
              + (log.surplusAt() + 1)
              + " was inserted: its bundle holds more than the checkpoint vouches for",
          RESTORE);
    }
  }

  private static void requireRightTiles(CopiedLog log) throws IOException, TamperedException {
    HashSource right = log.overEntries();
    for (int level = 0; level < Tiles.levels(log.size()); level++) {
      long hashes = log.size() >> (level * Tiles.HEIGHT);
      for (long n = 0; n * Tiles.WIDTH < hashes; n++) {
        byte[] tile = log.tile(level, n);
        for (int i = 0; i < Tiles.width(level, n, log.size()); i++) {
          long index = n * Tiles.WIDTH + i;
          int from = i * MerkleTree.HASH_BYTES;
          int until = from + MerkleTree.HASH_BYTES;
          byte[] expected = right.hash(level * Tiles.HEIGHT, index);
          if (until > tile.length
              || !Arrays.equals(tile, from, until, expected, 0, expected.length)) {
            long entry = index << (level * Tiles.HEIGHT);
            throw TamperedException.atEntry(
                entry,
                "the tile of hashes "
                    + Tiles.hashes(level, n, Tiles.width(level, n, log.size()))
                    + " was changed or is missing from entry "
                    + (entry + 1)
                    + " on; the entries themselves are right",
                RESTORE);
          }
        }
      }
    }
  }

  private static void requireContinues(CopiedLog log, List<Checkpoint> bySize)
      throws IOException, TamperedException {
    long good = 0;
    for (Checkpoint known : bySize) {
      if (known.size() > log.size()) {
        return;
      }
      if (!Arrays.equals(MerkleTree.root(known.size(), log.overEntries()), known.root())) {
        throw TamperedException.atEntry(
            good,
            "the log was forked: of its first "
                + known.size()
                + " entries one or more from entry "
                + (good + 1)
                + " on are not those that an earlier checkpoint vouches for",
            "keep both as evidence: the ledger, or whoever holds its key, signed two histories");
      }
      good = known.size();
    }
  }

  private static TamperedException firstBad(
      CopiedLog log, Checkpoint signed, List<Checkpoint> bySize) throws IOException {
    TrustedTiles trusted = new TrustedTiles(log, signed);
    long from = 0;
    if (log.hasAllEntries()) {
      for (Checkpoint known : bySize) {
        if (known.size() <= log.size()
            && Arrays.equals(MerkleTree.root(known.size(), log.overEntries()), known.root())) {
          from = known.size();
        }
      }
    }
    FaultFinder finder = new FaultFinder(log, trusted);
    long doubtful = -1;
    for (long i = from; i < log.size(); i++) {
      TamperedException fault = finder.at(i);
      if (fault != null) {
        return fault;
      }
      if (doubtful < 0 && trusted.hash(i) == null) {
        doubtful = i;
      }
    }
    long first = Math.max(from, doubtful);
    return TamperedException.atEntry(
        first,
        "the entries from entry "
            + (first + 1)
            + " on are not those that were signed: one or more were rewritten together with every"
            + " hash that could tell which",
        RESTORE + "; a copy, or receipts, to compare with tell which entry it is");
  }
}
