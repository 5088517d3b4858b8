package io.lethe.ledger.callback;

import static io.lethe.ledger.Events.SUBJECT;
import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.Events;
import io.lethe.ledger.ManualClock;
import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.Logs;
import io.lethe.ledger.record.MemoryLogStore;
import io.lethe.ledger.record.PowerCutDisk;
import io.lethe.ledger.record.StorageException;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.event.DeletionRequested;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of receipts that is cut off before each operation on the disk in turn. */
class AnnouncedReceiptsTest {
  private static final List<String> REQUESTS =
      List.of(
          "00000000-0000-4000-8000-000000000001",
          "00000000-0000-4000-8000-000000000002",
          "00000000-0000-4000-8000-000000000003");

  /**
   * The words in one file of four operations; then receipts, then callbacks, each written, waited
   * for and renamed, and both folders waited for once.
   */
  private static final int OPERATIONS = 4 + (3 * 3 + 1) + (3 * 3 + 1);

  @TempDir private Path directory;
  private SigningKey key;

  @BeforeEach
  void makeAKey() {
    key = SigningKey.loadOrCreate(directory.resolve("key.jwk"), new SecureRandom());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAnnounceOnlyWhatAPowerCutLeavesWholeAndIssueTheRestAnew(boolean namesArrive)
      throws Exception {
    for (int operations = 0; operations <= OPERATIONS; operations++) {
      Batch batch = new Batch(directory.resolve("cut-" + operations));
      boolean issued = batch.issue(operations);
      boolean toldSenders = !batch.callbacks.all(1).isEmpty();
      batch.disk.cutPower(namesArrive);
      batch.restart();
      boolean toldOnDisk = !batch.callbacks.all(1).isEmpty();

      int whole = batch.countWhole();
      assertThat(issued).isEqualTo(operations == OPERATIONS);
      if (issued || toldSenders || toldOnDisk) {
        assertThat(whole).as("announced after %d operations", operations).isEqualTo(3);
      }
      assertThat(batch.issue(Integer.MAX_VALUE)).isTrue();
      batch.disk.cutPower(namesArrive);
      batch.restart();
      assertThat(batch.countWhole()).as("issued after %d operations", operations).isEqualTo(3);
      assertThat(batch.callbacks.all(10)).hasSize(3);
    }
  }

  @Test
  void shouldWaitForTheNamesOfReceiptsThatAKilledLedgerLeft() throws Exception {
    for (int operations = 0; operations <= OPERATIONS; operations++) {
      Batch batch = new Batch(directory.resolve("killed-" + operations));
      batch.issue(operations);
      batch.restart();
      assertThat(batch.issue(Integer.MAX_VALUE)).isTrue();
      batch.disk.cutPower(false);
      batch.restart();
      assertThat(batch.countWhole()).as("killed after %d operations", operations).isEqualTo(3);
      assertThat(batch.callbacks.all(10)).hasSize(3);
    }
  }

  /** Three requests that are complete at once, and a ledger that may end and start again. */
  private final class Batch {
    final PowerCutDisk disk = new PowerCutDisk();
    final Path folder;
    final TransitionLog log =
        TransitionLog.open(new MemoryLogStore(), key.logSigner("log.example/lethe"), entry -> {});
    final Knowledge knowledge =
        new Knowledge(new VersionTable(4), new ServerTable(Duration.ofSeconds(60), 1, 10), 10);
    List<LogEntry> entries = List.of();
    ReceiptOffice receipts;
    CallbackOffice callbacks;

    Batch(Path folder) {
      this.folder = folder;
      for (String requestId : REQUESTS) {
        knowledge.accepted(
            new AcceptedRequest(
                0,
                5,
                DeletionRequested.newBuilder(Events.requested(requestId, SUBJECT))
                    .setSource("shop")
                    .build()));
      }
      restart();
    }

    void restart() {
      disk.endAfter(Integer.MAX_VALUE);
      receipts = new ReceiptOffice(folder.resolve("receipts"), key, log, disk);
      callbacks =
          new CallbackOffice(
              folder.resolve("callbacks"),
              Set.of("shop"),
              new CallbackOffice.Limits(9, 9, 9, 9, Duration.ofSeconds(1), Duration.ofSeconds(1)),
              new ManualClock(),
              new Random(1),
              new CallbackLifecycle(),
              disk);
    }

    /** What the ledger does before it publishes; false when the disk ended it. */
    boolean issue(int operations) {
      disk.endAfter(operations);
      AnnouncedReceipts announced = new AnnouncedReceipts(receipts, callbacks);
      try {
        if (entries.isEmpty()) {
          List<Step> steps = REQUESTS.stream().map(Logs::completing).toList();
          Map<Step, String> digests = announced.draft(steps, after(7), knowledge);
          entries = log.append(steps, after(7), digests::get);
        }
        announced.issue(entries);
        return true;
      } catch (StorageException ended) {
        assertThat(ended).hasRootCauseMessage("the end");
        return false;
      }
    }

    /** How many receipts are there; one that is there says what the log's entry demands. */
    int countWhole() throws Exception {
      int whole = 0;
      for (LogEntry entry : entries) {
        String requestId = entry.after().requestId();
        Optional<String> signed = receipts.find(requestId, RequestProgress.receiptId(requestId));
        if (signed.isPresent()) {
          assertThat(digestOfWords(signed.get())).isEqualTo(entry.receiptDigest());
          whole++;
        }
      }
      return whole;
    }

    private String digestOfWords(String signed) throws Exception {
      String payload = new ObjectMapper().readTree(signed).path("payload").asText();
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(Base64.getUrlDecoder().decode(payload)));
    }
  }
}
