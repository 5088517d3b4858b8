package io.lethe.ledger.record;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.domain.Step;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.MerkleTree;
import io.lethe.schemas.tlog.SignedNote;
import io.lethe.schemas.tlog.TamperedException;
import io.lethe.schemas.tlog.Tiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The log of every step as a Merkle log in C2SP's tlog-tiles: entries and hashes as files, and a
 * signed checkpoint. A batch is written whole and durably or not at all: the checkpoint is signed
 * over what is on the disk already, and the rename that puts it in place is what makes the batch
 * part of the log. What a crash left behind without a checkpoint was told to nobody and is written
 * over.
 */
public final class TransitionLog implements AutoCloseable, Evidence {
  private static final Logger LOG = Logger.getLogger(TransitionLog.class);
  private static final String GENESIS = "0".repeat(2 * MerkleTree.HASH_BYTES);
  private static final String NAME = "its log";

  private final LogStore store;
  private final LogSigner signer;
  private final ObjectMapper json = LedgerJson.mapper();
  private final LogIndex index = new LogIndex();
  private TreeEdge edge = TreeEdge.empty();
  private String head = GENESIS;
  private String checkpoint;
  private boolean checkpointUncertain;

  private TransitionLog(LogStore store, LogSigner signer) {
    this.store = store;
    this.signer = signer;
  }

  /**
   * Opens and verifies a log.
   *
   * @param onEntry gets every entry in order
   * @throws BrokenLogException naming the first bad entry
   * @throws StorageException when it cannot be read
   */
  public static TransitionLog open(LogStore store, LogSigner signer, Consumer<LogEntry> onEntry) {
    TransitionLog log = new TransitionLog(store, signer);
    try {
      log.load(onEntry);
    } catch (IOException unreadable) {
      throw new StorageException("or read " + NAME, unreadable);
    } catch (TamperedException broken) {
      throw new BrokenLogException(broken);
    }
    return log;
  }

  /**
   * Appends the steps in order.
   *
   * @param receiptDigest what the receipt of a step says, as hex SHA-256; null when it has none
   * @return their entries, durable
   * @throws StorageException when they could not be written; the log is as before
   */
  public synchronized List<LogEntry> append(
      List<Step> steps, Instant at, Function<Step, String> receiptDigest) {
    List<LogEntry> entries = new ArrayList<>(steps.size());
    Map<String, byte[]> files = new LinkedHashMap<>();
    TreeEdge next = edge.copy();
    String previousHash = head;
    try {
      restoreCheckpoint();
      for (Step step : steps) {
        LogEntry entry =
            new LogEntry(
                next.size() + 1,
                previousHash,
                at,
                step.event(),
                step.from(),
                RequestSnapshot.of(step.after()),
                receiptDigest.apply(step));
        byte[] bytes = json.writeValueAsBytes(entry);
        requireShort(bytes);
        next.add(bytes, files);
        previousHash = HexFormat.of().formatHex(MerkleTree.leafHash(bytes));
        entries.add(entry);
      }
      next.addUnfinished(edge, files);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        store.write(file.getKey(), file.getValue());
      }
      commit(next, previousHash);
    } catch (IOException full) {
      restoreQuietly();
      throw new StorageException(NAME, full);
    }
    entries.forEach(index::add);
    return entries;
  }

  /** How many entries there are. */
  public synchronized long size() {
    return edge.size();
  }

  /** Hex hash of the last entry; 64 zeros when there is none. */
  public synchronized String head() {
    return head;
  }

  /** The newest signed checkpoint. */
  public synchronized String checkpoint() {
    return checkpoint;
  }

  @Override
  public String origin() {
    return signer.origin();
  }

  @Override
  public synchronized byte[] entry(long index) {
    long bundle = index / Tiles.WIDTH;
    int at = (int) (index % Tiles.WIDTH);
    if (bundle == edge.size() / Tiles.WIDTH) {
      return edge.entries().get(at);
    }
    return Tiles.unpack(readWhole(Tiles.entries(bundle, Tiles.WIDTH))).get(at);
  }

  /** Everything that was recorded of a request, in order. */
  public List<LogEntry> entriesOf(String requestId) {
    return Arrays.stream(index.of(requestId)).mapToObj(at -> parse(at, entry(at))).toList();
  }

  @Override
  public synchronized String proof(long index) {
    try {
      List<byte[]> path = MerkleTree.inclusionProof(index, edge.size(), Tiles.source(this::tile));
      return new InclusionProof(index, path, checkpoint).text();
    } catch (IOException unreadable) {
      throw new StorageException("or read " + NAME, unreadable);
    }
  }

  /**
   * That the log's first entries are still what they were (RFC 6962, section 2.1.2).
   *
   * @param from how many there were; 1 to the log's size
   * @param until how many there are; {@code from} to the log's size
   */
  public synchronized List<byte[]> consistencyProof(long from, long until) {
    try {
      return MerkleTree.consistencyProof(from, until, Tiles.source(this::tile));
    } catch (IOException unreadable) {
      throw new StorageException("or read " + NAME, unreadable);
    }
  }

  /** A tile of hashes, cut to the width asked for; nothing when the log has none of that width. */
  public synchronized Optional<byte[]> tile(int level, Tiles.Position position) {
    if (position.width() > Tiles.width(level, position.index(), edge.size())) {
      return Optional.empty();
    }
    byte[] tile = tile(level, position.index());
    return Optional.of(Arrays.copyOf(tile, position.width() * MerkleTree.HASH_BYTES));
  }

  /** A bundle of entries, cut to the width asked for; nothing when the log has none of it. */
  public synchronized Optional<byte[]> bundle(Tiles.Position position) {
    if (position.width() > Tiles.width(0, position.index(), edge.size())) {
      return Optional.empty();
    }
    List<byte[]> entries =
        position.index() == edge.size() / Tiles.WIDTH
            ? edge.entries()
            : Tiles.unpack(readWhole(Tiles.entries(position.index(), Tiles.WIDTH)));
    return Optional.of(Tiles.pack(entries.subList(0, position.width())));
  }

  /**
   * How many entries a checkpoint says this log has; 0 when it is another log's, or another key
   * signed it. The signature is not verified.
   */
  public long sizeClaimedBy(String note) {
    try {
      SignedNote signed = SignedNote.parse(note);
      Checkpoint claimed = Checkpoint.parse(signed.text());
      boolean ours =
          claimed.origin().equals(signer.origin())
              && signed.signatures().stream().anyMatch(line -> line.keyId() == signer.key().id());
      return ours ? claimed.size() : 0;
    } catch (TamperedException unreadable) {
      LOG.warnf("passes over what was told of the log: %s", unreadable.getMessage());
      return 0;
    }
  }

  /**
   * Whether this log continues what a checkpoint says of it that was told before the start.
   *
   * @param note a checkpoint that this ledger signed; another's is passed over
   * @return why nothing may be appended, with the remedy; nothing when all is well
   */
  public synchronized Optional<String> conflictWith(String note) {
    Checkpoint told;
    try {
      told = Checkpoint.verify(note, List.of(signer.key()));
    } catch (TamperedException foreign) {
      LOG.warnf("passes over a checkpoint of another log: %s", foreign.getMessage());
      return Optional.empty();
    }
    if (told.size() > edge.size()) {
      return Optional.of(
          conflict("it ends after entry " + edge.size() + ", but " + told.size() + " were told"));
    }
    try {
      byte[] root = MerkleTree.root(told.size(), Tiles.source(this::tile));
      return Arrays.equals(root, told.root())
          ? Optional.empty()
          : Optional.of(conflict("its first " + told.size() + " entries are not those told"));
    } catch (IOException unreadable) {
      throw new StorageException("or read " + NAME, unreadable);
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private void commit(TreeEdge next, String newHead) throws IOException {
    byte[] root = MerkleTree.root(next.size(), Tiles.source((level, n) -> next.tile(level)));
    String signed = signer.sign(new Checkpoint(signer.origin(), next.size(), root));
    checkpointUncertain = true;
    store.write(Tiles.CHECKPOINT, signed.getBytes(StandardCharsets.UTF_8));
    checkpointUncertain = false;
    TreeEdge before = edge;
    edge = next;
    head = newHead;
    checkpoint = signed;
    tidy(before);
  }

  /**
   * A checkpoint whose writing failed may be in place all the same; its batch was told to nobody.
   */
  private void restoreCheckpoint() throws IOException {
    if (checkpointUncertain) {
      store.write(Tiles.CHECKPOINT, checkpoint.getBytes(StandardCharsets.UTF_8));
      checkpointUncertain = false;
    }
  }

  private void restoreQuietly() {
    try {
      restoreCheckpoint();
    } catch (IOException stillBroken) {
      LOG.debug("the checkpoint is put back before the next write instead", stillBroken);
    }
  }

  /** Unfinished files of the checkpoint before are needed no more; those of this one stay. */
  private void tidy(TreeEdge before) {
    try {
      long bundle = before.size() / Tiles.WIDTH;
      store.removeUnfinished(
          Tiles.entries(bundle, Tiles.WIDTH), Tiles.width(0, bundle, edge.size()));
      for (int level = 0; level < Tiles.levels(before.size()); level++) {
        long n = before.size() >> (Tiles.HEIGHT * (level + 1));
        store.removeUnfinished(
            Tiles.hashes(level, n, Tiles.WIDTH), Tiles.width(level, n, edge.size()));
      }
    } catch (IOException kept) {
      LOG.debug("unfinished tiles of an earlier checkpoint stay until the next one", kept);
    }
  }

  private void load(Consumer<LogEntry> onEntry) throws IOException, TamperedException {
    Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
    if (note.isEmpty()) {
      checkpoint = signer.sign(new Checkpoint(signer.origin(), 0, MerkleTree.root(0, null)));
      store.write(Tiles.CHECKPOINT, checkpoint.getBytes(StandardCharsets.UTF_8));
      return;
    }
    Checkpoint verified = new LogAudit(List.of(signer.key())).verify(store, List.of());
    checkpoint = new String(note.get(), StandardCharsets.UTF_8);
    long size = verified.size();
    List<byte[]> last = List.of();
    byte[] lastEntry = null;
    for (long n = 0; n * Tiles.WIDTH < size; n++) {
      last = unpack(n, size);
      for (int i = 0; i < last.size(); i++) {
        lastEntry = last.get(i);
        LogEntry entry = parse(n * Tiles.WIDTH + i, lastEntry);
        index.add(entry);
        onEntry.accept(entry);
      }
    }
    List<byte[]> tiles = new ArrayList<>();
    for (int level = 0; level < Tiles.levels(size); level++) {
      long n = size >> (Tiles.HEIGHT * (level + 1));
      int width = Tiles.width(level, n, size);
      byte[] tile =
          width == 0
              ? new byte[0]
              : store.readFrom(Tiles.hashes(level, n, Tiles.WIDTH), width).orElseThrow();
      tiles.add(Arrays.copyOf(tile, width * MerkleTree.HASH_BYTES));
    }
    edge = TreeEdge.of(size, last.size() == Tiles.WIDTH ? List.of() : last, tiles);
    head = lastEntry == null ? GENESIS : HexFormat.of().formatHex(MerkleTree.leafHash(lastEntry));
  }

  private List<byte[]> unpack(long n, long size) throws IOException {
    int width = Tiles.width(0, n, size);
    byte[] bundle = store.readFrom(Tiles.entries(n, Tiles.WIDTH), width).orElseThrow();
    return Tiles.unpack(bundle).subList(0, width);
  }

  private LogEntry parse(long index, byte[] entry) {
    try {
      return json.readValue(entry, LogEntry.class);
    } catch (IOException unreadable) {
      throw new BrokenLogException(
          index, "entry " + (index + 1) + " is no entry of this version's log");
    }
  }

  private byte[] tile(int level, long n) {
    return n == edge.size() >> (Tiles.HEIGHT * (level + 1))
        ? edge.tile(level)
        : readWhole(Tiles.hashes(level, n, Tiles.WIDTH));
  }

  private byte[] readWhole(String path) {
    try {
      return store
          .read(path)
          .orElseThrow(() -> new IOException("the file " + path + " of the log is gone"));
    } catch (IOException unreadable) {
      throw new StorageException("or read " + NAME, unreadable);
    }
  }

  private static void requireShort(byte[] entry) throws IOException {
    if (entry.length > Tiles.ENTRY_BYTES_MAX) {
      throw new IOException(
          "an entry of "
              + entry.length
              + " bytes is longer than the log's "
              + Tiles.ENTRY_BYTES_MAX
              + "; lower lethe.servers-max or give servers a shorter lethe.replica-id");
    }
  }

  private static String conflict(String what) {
    return "The log in lethe.state-directory is not the newest: "
        + what
        + " in deletion.progressed before. To sign on would fork it, so nothing is recorded."
        + " Restore the folder log from its newest copy; where that is lost, move the folder away"
        + " as evidence and start with another lethe.log.origin.";
  }
}
