package io.lethe.ledger.record;

import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.MerkleTree;
import io.lethe.schemas.tlog.Tiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransitionLogTest {
  private static final LogSigner SIGNER = Logs.signer("log.example/lethe");

  private final MemoryLogStore store = new MemoryLogStore();
  private final List<LogEntry> read = new ArrayList<>();

  @Test
  void shouldReadBackWhatItWroteAndGoOnFromThere() {
    TransitionLog log = open();
    List<LogEntry> written = new ArrayList<>(append(log, 1, 2));
    assertThat(written.get(0).previousHash()).isEqualTo("0".repeat(64));
    TransitionLog reopened = open();
    assertThat(read).isEqualTo(written);
    assertThat(reopened.head()).isEqualTo(log.head());
    assertThat(reopened.checkpoint()).isEqualTo(log.checkpoint());
    written.addAll(append(reopened, 3, 3));
    assertThat(written.get(2).sequence()).isEqualTo(3);
    assertThat(written.get(2).previousHash()).isEqualTo(log.head());
    open();
    assertThat(read).isEqualTo(written);
    assertThat(read.get(0).after().toEvent()).isEqualTo(Logs.step(1).after());
  }

  @Test
  void shouldGiveTheSameFilesHoweverTheStepsAreBatched() {
    append(open(), 1, 700);
    Map<String, byte[]> atOnce = store.files();
    MemoryLogStore other = new MemoryLogStore();
    for (int i = 1; i <= 700; ) {
      int batch = Math.min(1 + i % 97, 701 - i);
      append(TransitionLog.open(other, SIGNER, entry -> {}), i, i + batch - 1);
      i += batch;
    }
    assertThat(other.files()).containsExactlyEntriesOf(atOnce);
    assertThat(atOnce.keySet())
        .containsExactlyInAnyOrder(
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/188",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/188");
  }

  @Test
  void shouldNeverSignWhatIsNotOnTheDiskWhereverItIsCutOff() throws Exception {
    append(open(), 1, 250);
    for (int writes = 0; writes < 8; writes++) {
      for (boolean arrives : new boolean[] {false, true}) {
        MemoryLogStore disk = new MemoryLogStore(store);
        TransitionLog log = TransitionLog.open(disk, SIGNER, entry -> {});
        String before = log.checkpoint();
        if (arrives) {
          disk.failAfter(writes);
        } else {
          disk.fillAfter(writes);
        }
        boolean failed = false;
        try {
          append(log, 251, 270);
        } catch (StorageException full) {
          failed = true;
          assertThat(log.checkpoint()).isEqualTo(before);
          assertThat(log.size()).isEqualTo(250);
        }
        // A process that is killed here leaves these files.
        MemoryLogStore left = new MemoryLogStore(disk);
        TransitionLog next = TransitionLog.open(left, SIGNER, entry -> {});
        assertThat(next.size()).isIn(250L, 270L);
        append(next, 300, 310);
        Checkpoint continued = Checkpoint.verify(before, List.of(SIGNER.key()));
        assertThatCode(() -> new LogAudit(List.of(SIGNER.key())).verify(left, List.of(continued)))
            .doesNotThrowAnyException();
        if (failed) {
          // The same process goes on when there is room.
          disk.makeRoom();
          append(log, 400, 400);
          assertThat(log.size()).isEqualTo(251);
          assertThatCode(() -> new LogAudit(List.of(SIGNER.key())).verify(disk, List.of(continued)))
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @Test
  void shouldBeAsBeforeWhenTheDiskIsFullAndGoOnWhenThereIsRoom() {
    TransitionLog log = open();
    append(log, 1, 1);
    store.fillAfter(0);
    assertThatThrownBy(() -> append(log, 2, 3))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "The ledger could not write its log (IOException: No space left on device). Nothing is"
                + " acknowledged meanwhile; make room on the disk of lethe.state-directory and see"
                + " that the service may write there: it goes on by itself.");
    store.makeRoom();
    assertThat(append(log, 2, 2).get(0).sequence()).isEqualTo(2);
    assertThat(open().size()).isEqualTo(2);
  }

  @Test
  void shouldNameTheFirstBadEntryAndTheRemedyWhenItIsOpened() {
    append(open(), 1, 4);
    String bundle = Tiles.entries(0, 4);
    List<byte[]> entries = new ArrayList<>(Tiles.unpack(store.files().get(bundle)));
    String changed = new String(entries.get(1), StandardCharsets.UTF_8).replace("GDPR", "CCPA");
    entries.set(1, changed.getBytes(StandardCharsets.UTF_8));
    store.files().put(bundle, Tiles.pack(entries));
    assertThatThrownBy(this::open)
        .isInstanceOf(BrokenLogException.class)
        .hasMessageStartingWith(
            "The ledger's log is broken: entry 2 was changed: it is not what was signed. Nothing"
                + " from there on can be trusted, and nothing is recorded. Restore the folder log")
        .extracting(broken -> ((BrokenLogException) broken).index())
        .isEqualTo(1L);
  }

  @Test
  void shouldProveEachEntryAndThatItContinuesEachEarlierCheckpoint() throws Exception {
    TransitionLog log = open();
    List<String> checkpoints = new ArrayList<>();
    for (int i = 1; i <= 520; i += 40) {
      append(log, i, i + 39);
      checkpoints.add(log.checkpoint());
    }
    List<io.lethe.schemas.tlog.NoteKey> keys = List.of(SIGNER.key());
    Checkpoint newest = Checkpoint.verify(log.checkpoint(), keys);
    for (long index = 0; index < log.size(); index += 37) {
      assertThat(InclusionProof.parse(log.proof(index)).verify(log.entry(index), keys))
          .isEqualTo(newest);
    }
    for (String earlier : checkpoints) {
      Checkpoint before = Checkpoint.verify(earlier, keys);
      assertThat(
              MerkleTree.isConsistent(
                  before.size(),
                  newest.size(),
                  log.consistencyProof(before.size(), newest.size()),
                  before.root(),
                  newest.root()))
          .isTrue();
      assertThat(log.conflictWith(earlier)).isEmpty();
    }
  }

  @Test
  void shouldServeEveryWidthOfATileAndNothingBeyondTheCheckpoint() {
    TransitionLog log = open();
    append(log, 1, 300);
    byte[] whole = log.tile(0, new Tiles.Position(0, 256)).orElseThrow();
    assertThat(log.tile(0, new Tiles.Position(0, 3)).orElseThrow())
        .isEqualTo(java.util.Arrays.copyOf(whole, 96));
    assertThat(log.tile(0, new Tiles.Position(1, 44))).isPresent();
    assertThat(log.tile(0, new Tiles.Position(1, 45))).isEmpty();
    assertThat(log.tile(1, new Tiles.Position(0, 1)).orElseThrow())
        .isEqualTo(Tiles.tileHash(whole));
    assertThat(Tiles.unpack(log.bundle(new Tiles.Position(1, 2)).orElseThrow()))
        .containsExactly(log.entry(256), log.entry(257));
    assertThat(log.bundle(new Tiles.Position(1, 45))).isEmpty();
    assertThat(log.entriesOf("request-5")).extracting(LogEntry::sequence).containsExactly(5L);
    assertThat(log.entriesOf("nobody")).isEmpty();
  }

  @Test
  void shouldNotSignOnWhenItIsAnOlderCopyOrAnotherHistory() {
    TransitionLog log = open();
    append(log, 1, 3);
    MemoryLogStore backup = new MemoryLogStore(store);
    append(log, 4, 5);
    String told = log.checkpoint();
    TransitionLog restored = TransitionLog.open(backup, SIGNER, entry -> {});
    assertThat(restored.sizeClaimedBy(told)).isEqualTo(5);
    assertThat(restored.conflictWith(told).orElseThrow())
        .startsWith(
            "The log in lethe.state-directory is not the newest: it ends after entry 3, but 5 were"
                + " told in deletion.progressed before.");
    append(restored, 7, 9);
    assertThat(restored.conflictWith(told).orElseThrow())
        .contains("its first 5 entries are not those told");
    TransitionLog another =
        TransitionLog.open(new MemoryLogStore(), Logs.signer("another.example/log"), e -> {});
    assertThat(another.sizeClaimedBy(told)).isZero();
    assertThat(another.conflictWith(told)).isEmpty();
  }

  @Test
  void shouldKeepTheLogOnDiskForOneProcessAtATime(@TempDir Path directory) throws IOException {
    Path folder = directory.resolve("state/log");
    try (DiskLogStore held = DiskLogStore.open(folder)) {
      append(TransitionLog.open(held, SIGNER, read::add), 1, 300);
      assertThatThrownBy(() -> DiskLogStore.open(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Another ledger holds the folder log");
    }
    try (DiskLogStore again = DiskLogStore.open(folder)) {
      TransitionLog log = TransitionLog.open(again, SIGNER, read::add);
      append(log, 301, 310);
      assertThat(log.size()).isEqualTo(310);
      assertThat(folder.resolve("tile/0/001.p"))
          .isDirectoryContaining(file -> file.getFileName().toString().equals("54"));
      assertThat(folder.resolve("tile/0/001.p/44")).doesNotExist();
    }
  }

  private TransitionLog open() {
    read.clear();
    return TransitionLog.open(store, SIGNER, read::add);
  }

  private static List<LogEntry> append(TransitionLog log, int from, int until) {
    return log.append(
        IntStream.rangeClosed(from, until).mapToObj(Logs::step).toList(), after(1), step -> null);
  }
}
