package io.lethe.ledger.record;

import static io.lethe.ledger.Events.START;
import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.Step;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransitionLogTest {
  private final MemoryLogFile file = new MemoryLogFile();
  private final List<LogEntry> read = new ArrayList<>();

  @Test
  void shouldReadBackWhatItWroteAndGoOnFromThere() {
    TransitionLog log = open();
    List<LogEntry> written = new ArrayList<>(log.append(List.of(step(1), step(2)), after(1)));
    assertThat(written.get(0).previousHash()).isEqualTo("0".repeat(64));
    TransitionLog reopened = open();
    assertThat(read).isEqualTo(written);
    assertThat(reopened.head()).isEqualTo(log.head());
    written.addAll(reopened.append(List.of(step(3)), after(2)));
    assertThat(written.get(2).sequence()).isEqualTo(3);
    assertThat(written.get(2).previousHash()).isEqualTo(log.head());
    open();
    assertThat(read).isEqualTo(written);
    assertThat(read.get(0).after().toEvent()).isEqualTo(step(1).after());
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F20,
      level = FaultLevel.UNIT,
      does = "Edits an entry of the log.",
      load = "1 log",
      oracle = "The first bad entry is named.",
      limit = "exact")
  void shouldNameTheFirstEntryThatWasEdited() {
    tamper(lines -> lines.set(1, lines.get(1).replace("GDPR", "CCPA")));
    assertBroken(2, "its hash does not match its content.");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F20,
      level = FaultLevel.UNIT,
      does = "Drops an entry of the log.",
      load = "1 log",
      oracle = "The entry after it is named.",
      limit = "exact")
  void shouldNameTheEntryAfterOneThatWasDropped() {
    tamper(lines -> lines.remove(1));
    assertBroken(2, "it carries the sequence number 3.");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F20,
      level = FaultLevel.UNIT,
      does = "Swaps entries of the log.",
      load = "1 log",
      oracle = "The first bad entry is named.",
      limit = "exact")
  void shouldNameTheFirstEntryThatWasReordered() {
    tamper(lines -> Collections.swap(lines, 1, 2));
    assertBroken(2, "it carries the sequence number 3.");
  }

  @Test
  void shouldNameTheEntryThatFollowsAForgedOne() {
    tamper(
        lines -> {
          String object = HashChain.open(lines.get(0)).replace("GDPR", "CCPA");
          lines.set(0, HashChain.seal(object));
        });
    assertBroken(2, "it does not follow the entry before it.");
  }

  @Test
  void shouldCutOffALineThatACrashLeftUnfinished() {
    open().append(List.of(step(1), step(2)), after(1));
    byte[] whole = file.read();
    byte[] torn = Arrays.copyOf(whole, whole.length - 5);
    file.replace(torn);
    TransitionLog log = open();
    assertThat(log.sequence()).isEqualTo(1);
    log.append(List.of(step(2)), after(1));
    assertThat(file.read()).isEqualTo(whole);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F11,
      level = FaultLevel.UNIT,
      does = "Fills the disk of the ledger's log.",
      load = "1 log",
      oracle = "The log is as before, and goes on when there is room.")
  void shouldBeAsBeforeWhenTheDiskIsFullAndGoOnWhenThereIsRoom() {
    TransitionLog log = open();
    log.append(List.of(step(1)), after(1));
    byte[] before = file.read();
    file.fill();
    assertThatThrownBy(() -> log.append(List.of(step(2), step(3)), after(2)))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "The ledger could not write its log (IOException: No space left on device). Nothing is"
                + " acknowledged meanwhile; make room on the disk of lethe.state-directory and see"
                + " that the service may write there: it goes on by itself.");
    assertThat(file.read()).isEqualTo(before);
    file.makeRoom();
    assertThat(log.append(List.of(step(2)), after(3)).get(0).sequence()).isEqualTo(2);
    assertThat(open().sequence()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheLogOnDiskForOneProcessAtATime(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("state/transitions.jsonl");
    try (DiskLogFile held = DiskLogFile.open(path)) {
      TransitionLog.open(held, read::add).append(List.of(step(1)), after(1));
      assertThatThrownBy(() -> DiskLogFile.open(path))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Another ledger holds transitions.jsonl");
    }
    try (DiskLogFile again = DiskLogFile.open(path)) {
      assertThat(TransitionLog.open(again, read::add).sequence()).isEqualTo(1);
    }
  }

  private TransitionLog open() {
    read.clear();
    return TransitionLog.open(file, read::add);
  }

  private void tamper(Consumer<List<String>> change) {
    open().append(IntStream.rangeClosed(1, 4).mapToObj(this::step).toList(), after(1));
    List<String> lines =
        new ArrayList<>(new String(file.read(), StandardCharsets.UTF_8).lines().toList());
    change.accept(lines);
    file.replace((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void assertBroken(long line, String fault) {
    assertThatThrownBy(this::open)
        .isInstanceOf(BrokenChainException.class)
        .hasMessageStartingWith("The ledger's log is broken at line " + line + ": " + fault)
        .hasMessageContaining("Restore transitions.jsonl")
        .extracting(broken -> ((BrokenChainException) broken).line())
        .isEqualTo(line);
  }

  private Step step(int number) {
    return new Step(
        RequestEvent.REQUEST_ACCEPTED,
        RequestStage.UNKNOWN,
        DeletionProgressed.newBuilder()
            .setRequestId("request-" + number)
            .setSubjectRef("subject-" + number)
            .setStage(RequestStage.RECEIVED)
            .setRegime(Regime.GDPR)
            .setReceivedAt(START)
            .setAcceptedAt(after(number))
            .setDueAt(after(100))
            .setSamples(number)
            .setVersion(7L)
            .setAcknowledgedBy(List.of("a"))
            .setUpdatedAt(after(1))
            .build());
  }
}
