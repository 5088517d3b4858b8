package io.lethe.ledger.record;

import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.MerkleTree;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.schemas.tlog.TamperedException;
import io.lethe.schemas.tlog.Tiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand tampered copies of logs that the ledger wrote, by seed: every one is refused, and
 * the first bad entry is named exactly, or, where every hash that could tell was made anew, at the
 * first entry that no earlier checkpoint vouches for.
 */
class TamperedLogTest {
  private static final int COPIES = 10_000;
  private static final int[] SIZES = {1, 2, 7, 60, 255, 256, 257, 300, 400};
  private static final LogSigner SIGNER = Logs.signer("log.example/lethe");
  private static final LogSigner ANOTHER = Logs.signer("log.example/lethe");
  private static final List<NoteKey> KEYS = List.of(SIGNER.key());

  /** What somebody did to a copy. */
  private enum Tampering {
    EDITED,
    EDITED_WITH_ITS_HASH,
    DROPPED,
    INSERTED,
    SWAPPED,
    CUT_OFF,
    CUT_OFF_WITH_HASHES,
    OLD_CHECKPOINT,
    FORKED,
    REWRITTEN_WITH_ALL_HASHES,
    SIGNED_BY_ANOTHER_KEY,
    CHECKPOINT_EDITED,
    TILE_EDITED,
    PROOF_EDITED
  }

  /** A log, and what it was at earlier sizes. */
  private record Original(
      TransitionLog log,
      List<byte[]> entries,
      MemoryLogStore store,
      List<Checkpoint> known,
      List<MemoryLogStore> older) {
    int size() {
      return entries.size();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F20,
      level = FaultLevel.UNIT,
      does =
          "Edits, drops, inserts, swaps or cuts off entries, forks or rewrites the log, and edits"
              + " tiles, proofs and checkpoints or signs them with another key.",
      load = "10,000 seeds, logs of 1 to 400 entries; a few seeds change nothing",
      oracle =
          "Every one is refused; the first bad entry is named, or the first that no earlier"
              + " checkpoint vouches for.",
      limit = "exact")
  void shouldRefuseEveryTamperedCopyAndNameItsFirstBadEntry() throws Exception {
    List<Original> originals = new ArrayList<>();
    for (int size : SIZES) {
      originals.add(original(size));
    }
    Map<Tampering, Integer> counts = new TreeMap<>();
    for (int seed = 0; seed < COPIES; seed++) {
      Random random = new Random(seed);
      Tampering tampering = Tampering.values()[seed % Tampering.values().length];
      Original original = originals.get(random.nextInt(originals.size()));
      String what = "seed " + seed + ", " + tampering + " in " + original.size();
      tamper(tampering, original, random, what);
      counts.merge(tampering, 1, Integer::sum);
    }
    assertThat(counts).hasSize(Tampering.values().length);
    assertThat(counts.values()).allMatch(count -> count >= COPIES / Tampering.values().length);
  }

  private void tamper(Tampering tampering, Original original, Random random, String what)
      throws Exception {
    MemoryLogStore copy = new MemoryLogStore(original.store());
    List<byte[]> entries = new ArrayList<>(original.entries());
    int size = entries.size();
    int at = random.nextInt(size);
    switch (tampering) {
      case EDITED -> {
        entries.set(at, edit(entries.get(at), random));
        pack(copy, entries, size);
        assertBad(copy, List.of(), at, "was changed", what);
      }
      case EDITED_WITH_ITS_HASH -> {
        at = size == 1 ? 0 : random.nextInt(size - 1);
        entries.set(at, edit(entries.get(at), random));
        pack(copy, entries, size);
        rehash(copy, entries, at, size);
        assertBad(copy, List.of(), at, size == 1 ? "rewritten" : "was changed", what);
      }
      case DROPPED -> {
        entries.remove(at);
        pack(copy, entries, size);
        assertBad(copy, List.of(), at, at == size - 1 ? "is missing" : "was dropped", what);
      }
      case INSERTED -> {
        at = random.nextInt(size + 1);
        entries.add(at, "{\"sequence\":1}".getBytes(StandardCharsets.UTF_8));
        pack(copy, entries, size);
        // What the last one was moved to lies beyond the checkpoint.
        assertBad(copy, List.of(), at, at == size - 1 ? "" : "was inserted", what);
      }
      case SWAPPED -> {
        if (size == 1) {
          return;
        }
        int other = (at + 1 + random.nextInt(size - 1)) % size;
        Collections.swap(entries, at, other);
        pack(copy, entries, size);
        assertBad(copy, List.of(), Math.min(at, other), "", what);
      }
      case CUT_OFF, CUT_OFF_WITH_HASHES -> {
        pack(copy, entries.subList(0, at), size);
        if (tampering == Tampering.CUT_OFF_WITH_HASHES) {
          cutTiles(copy, at, size);
        }
        assertBad(copy, List.of(), at, "is missing", what);
      }
      case OLD_CHECKPOINT -> {
        int older = random.nextInt(original.older().size());
        long left = original.known().get(older).size();
        if (left < size) {
          assertBad(
              original.older().get(older), original.known(), left, "is missing: the log", what);
        }
      }
      case FORKED -> fork(original, random, at, what);
      case REWRITTEN_WITH_ALL_HASHES -> {
        MemoryLogStore rewritten = rewritten(original, at, size, random);
        rewritten.files().put(Tiles.CHECKPOINT, copy.files().get(Tiles.CHECKPOINT));
        long vouched = vouchedFor(original, at);
        List<Checkpoint> earlier =
            original.known().stream().filter(known -> known.size() <= vouched).toList();
        assertBad(rewritten, earlier, vouched, "rewritten", what);
      }
      case SIGNED_BY_ANOTHER_KEY -> {
        Checkpoint checkpoint = Checkpoint.verify(text(copy), KEYS);
        copy.files()
            .put(Tiles.CHECKPOINT, ANOTHER.sign(checkpoint).getBytes(StandardCharsets.UTF_8));
        assertBad(copy, List.of(), -1, "is not signed by the key", what);
      }
      case CHECKPOINT_EDITED -> {
        byte[] note = copy.files().get(Tiles.CHECKPOINT).clone();
        int text = text(copy).indexOf("\n\n");
        note[SIGNER.origin().length() + 1 + random.nextInt(text - SIGNER.origin().length() - 1)]++;
        copy.files().put(Tiles.CHECKPOINT, note);
        assertBad(copy, List.of(), -1, "checkpoint", what);
      }
      case TILE_EDITED -> {
        String path = Tiles.hashes(0, at / 256, Tiles.width(0, at / 256, size));
        byte[] tile = copy.files().get(path).clone();
        tile[at % 256 * 32 + random.nextInt(32)] ^= (byte) (1 + random.nextInt(255));
        copy.files().put(path, tile);
        assertBad(copy, List.of(), at, "the entries themselves are right", what);
      }
      case PROOF_EDITED -> assertProofRefused(original, at, random, what);
      default -> throw new IllegalStateException(what);
    }
  }

  /** A second history by the same key: refused by earlier checkpoints, and placed by a copy. */
  private static void fork(Original original, Random random, int at, String what) throws Exception {
    MemoryLogStore forked = rewritten(original, at, original.size() + random.nextInt(300), random);
    Checkpoint own = new LogAudit(KEYS).verify(forked, List.of());
    assertBad(forked, original.known(), vouchedFor(original, at), "was forked", what);
    Checkpoint right = Checkpoint.verify(original.log().checkpoint(), KEYS);
    assertThat(LogAudit.fork(original.store(), right, forked, own)).as(what).hasValue(at);
  }

  private static void assertProofRefused(Original original, int at, Random random, String what) {
    String proof = original.log().proof(at);
    byte[] entry = original.log().entry(at);
    List<String> lines = new ArrayList<>(Arrays.asList(proof.split("\n", -1)));
    int hashes = lines.indexOf("") - 2;
    int kind = random.nextInt(hashes < 2 ? 3 : 5);
    int one = 2 + (hashes > 0 ? random.nextInt(hashes) : 0);
    String zeros = java.util.Base64.getEncoder().encodeToString(new byte[32]);
    switch (kind) {
      case 0 -> lines.set(1, "index " + (at + 1 + random.nextInt(9)));
      case 1 -> lines.add(2, zeros);
      case 2 -> lines.set(lines.size() - 3, lines.get(lines.size() - 3) + "A");
      case 3 -> lines.set(one, zeros);
      default -> lines.remove(one);
    }
    String changed = String.join("\n", lines);
    try {
      InclusionProof.parse(changed).verify(entry, KEYS);
    } catch (TamperedException refused) {
      assertThat(refused.remedy()).as(what).isNotEmpty();
      return;
    }
    throw new AssertionError(what + ": accepted " + changed);
  }

  private static void assertBad(
      MemoryLogStore copy, List<Checkpoint> known, long index, String words, String what)
      throws IOException {
    try {
      new LogAudit(KEYS).verify(copy, known);
    } catch (TamperedException refused) {
      assertThat(refused.index()).as(what + ": " + refused.getMessage()).isEqualTo(index);
      assertThat(refused.getMessage()).as(what).contains(words);
      assertThat(refused.remedy()).as(what).isNotEmpty();
      if (index >= 0) {
        assertThat(refused.getMessage()).as(what).contains("entry " + (index + 1));
      }
      return;
    }
    throw new AssertionError(what + ": accepted");
  }

  private static Original original(int size) throws Exception {
    MemoryLogStore store = new MemoryLogStore();
    TransitionLog log = TransitionLog.open(store, SIGNER, entry -> {});
    List<Checkpoint> known = new ArrayList<>();
    List<MemoryLogStore> older = new ArrayList<>();
    for (int from = 1; from <= size; ) {
      int until = Math.min(size, from + Math.max(1, size / 4) - 1);
      log.append(steps(from, until), after(1), step -> null);
      known.add(Checkpoint.verify(log.checkpoint(), KEYS));
      older.add(new MemoryLogStore(store));
      from = until + 1;
    }
    List<byte[]> entries = IntStream.range(0, size).mapToObj(index -> log.entry(index)).toList();
    return new Original(log, entries, store, known, older);
  }

  private static List<io.lethe.ledger.domain.Step> steps(int from, int until) {
    return IntStream.rangeClosed(from, until).mapToObj(Logs::step).toList();
  }

  /** A log that is the original's up to an entry, and another from there on. */
  private static MemoryLogStore rewritten(Original original, int at, int size, Random random) {
    MemoryLogStore store = new MemoryLogStore();
    TransitionLog log = TransitionLog.open(store, SIGNER, entry -> {});
    if (at > 0) {
      log.append(steps(1, at), after(1), step -> null);
    }
    log.append(steps(at + 1, size), after(2 + random.nextInt(100)), step -> null);
    return store;
  }

  private static long vouchedFor(Original original, int at) {
    return original.known().stream()
        .mapToLong(Checkpoint::size)
        .filter(size -> size <= at)
        .max()
        .orElse(0);
  }

  /** Writes the entries into bundles named for that size; what is too much goes into the last. */
  private static void pack(MemoryLogStore copy, List<byte[]> entries, int size) {
    copy.files().keySet().removeIf(path -> path.startsWith("tile/entries/"));
    int bundles = (size + 255) / 256;
    for (int n = 0; n < bundles; n++) {
      int until = n == bundles - 1 ? entries.size() : Math.min(entries.size(), 256 * (n + 1));
      if (256 * n < until) {
        copy.files()
            .put(
                Tiles.entries(n, Tiles.width(0, n, size)),
                Tiles.pack(entries.subList(256 * n, until)));
      }
    }
  }

  private static void rehash(MemoryLogStore copy, List<byte[]> entries, int at, int size) {
    String path = Tiles.hashes(0, at / 256, Tiles.width(0, at / 256, size));
    byte[] tile = copy.files().get(path).clone();
    System.arraycopy(MerkleTree.leafHash(entries.get(at)), 0, tile, at % 256 * 32, 32);
    copy.files().put(path, tile);
  }

  private static void cutTiles(MemoryLogStore copy, int left, int size) {
    for (int n = left / 256; n * 256 < size; n++) {
      String path = Tiles.hashes(0, n, Tiles.width(0, n, size));
      byte[] tile = copy.files().remove(path);
      int kept = Math.max(0, left - 256 * n) * 32;
      if (kept > 0) {
        copy.files().put(path, Arrays.copyOf(tile, kept));
      }
    }
  }

  /** Changes what an entry says, behind its number and its link. */
  private static byte[] edit(byte[] entry, Random random) {
    byte[] edited = entry.clone();
    int behind = new String(entry, StandardCharsets.UTF_8).indexOf("\"at\"");
    int at = behind + random.nextInt(entry.length - behind);
    edited[at] = (byte) (edited[at] == 'x' ? 'y' : 'x');
    assertThat(HexFormat.of().formatHex(edited)).isNotEqualTo(HexFormat.of().formatHex(entry));
    return edited;
  }

  private static String text(MemoryLogStore copy) {
    return new String(copy.files().get(Tiles.CHECKPOINT), StandardCharsets.UTF_8);
  }
}
