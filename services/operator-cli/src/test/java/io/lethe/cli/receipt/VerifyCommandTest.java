package io.lethe.cli.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import io.lethe.schemas.tlog.Tiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code lethe verify} says of receipts, folders of them, logs and checkpoints. */
class VerifyCommandTest {
  @TempDir private Path folder;
  private RecordingConsole console = new RecordingConsole();
  private TestLedger ledger;
  private Path key;
  private Path log;
  private Path receipts;

  @BeforeEach
  void keep() throws Exception {
    ledger = new TestLedger();
    for (int i = 0; i < 5; i++) {
      ledger.complete("request-" + i);
    }
    key = folder.resolve("key.json");
    Files.writeString(key, Json.line(ledger.jwk()));
    log = folder.resolve("log");
    ledger.write(log);
    receipts = Files.createDirectory(folder.resolve("receipts"));
    for (int i = 0; i < ledger.size(); i++) {
      Files.writeString(receipts.resolve("request-" + i + ".json"), Json.line(ledger.receipt(i)));
    }
  }

  @Test
  void shouldTellWhichEntryOfWhichLogNamesAReceipt() {
    assertThat(run(receipts.resolve("request-2.json"))).isEqualTo(ExitCode.OK);
    assertThat(console.out())
        .contains("The log log.example/lethe names it in entry 3 of 5.", "request-2");
    JsonNode json = json(receipts.resolve("request-2.json"), "--log", log.toString());
    assertThat(json.path("verified").asBoolean()).isTrue();
    assertThat(json.path("log").path("index").asInt()).isEqualTo(2);
    assertThat(json.path("log").path("size").asInt()).isEqualTo(5);
  }

  @Test
  void shouldTakeTheLineOfSignedNotesAsKey() throws IOException {
    Files.writeString(key, ledger.noteKey().text() + "\n");
    assertThat(run(receipts.resolve("request-2.json"))).isEqualTo(ExitCode.OK);
    assertThat(run(log)).isEqualTo(ExitCode.OK);
  }

  @Test
  void shouldVerifyAFolderOfReceiptsAndNameEachBadOne() throws Exception {
    assertThat(run(receipts, "--log", log.toString())).isEqualTo(ExitCode.OK);
    assertThat(console.out().strip())
        .isEqualTo("5 receipts verified, 5 of them named by the log; 0 do not verify.");
    Map<String, String> mixed = ledger.receipt(3);
    mixed.put("entry", ledger.receipt(4).get("entry"));
    Files.writeString(receipts.resolve("request-3.json"), Json.line(mixed));
    JsonNode json = json(receipts);
    assertThat(json.path("verified").asBoolean()).isFalse();
    assertThat(json.path("receipts").asInt()).isEqualTo(4);
    assertThat(json.path("failures")).hasSize(1);
    assertThat(json.path("failures").get(0).path("file").asText()).isEqualTo("request-3.json");
    assertThat(json.path("failures").get(0).path("firstBad").path("entry").asInt()).isEqualTo(4);
    assertThat(run(receipts)).isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void shouldNoticeTwoHistoriesInAFolderOfReceipts() throws Exception {
    TestLedger other = ledger.fork();
    ledger.complete("request-5");
    other.complete("request-6");
    Files.writeString(receipts.resolve("request-5.json"), Json.line(ledger.receipt(5)));
    Files.writeString(receipts.resolve("request-6.json"), Json.line(other.receipt(5)));
    assertThat(run(receipts)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .contains("request-6.json: the receipt does not verify: its checkpoint of 6 entries")
        .contains("the log was forked");
  }

  @Test
  void shouldVerifyALogAndThatItContinuesAnEarlierCheckpoint() throws Exception {
    Path earlier = folder.resolve("earlier");
    Files.writeString(earlier, ledger.checkpoint(3));
    assertThat(run(log, "--since", earlier.toString())).isEqualTo(ExitCode.OK);
    assertThat(console.out().strip())
        .isEqualTo(
            "Verified: the 5 entries of the log log.example/lethe lead to its signed checkpoint.");
    assertThat(run(earlier)).isEqualTo(ExitCode.OK);
    assertThat(console.out()).contains("a checkpoint of the log log.example/lethe over 3 entries");
  }

  @Test
  void shouldNameTheFirstBadEntryOfALogAndTheRemedy() throws Exception {
    Path bundle = log.resolve(Tiles.entries(0, 5));
    List<byte[]> entries = new ArrayList<>(Tiles.unpack(Files.readAllBytes(bundle)));
    entries.set(
        3,
        new String(entries.get(3), StandardCharsets.UTF_8)
            .replace("request-3", "request-9")
            .getBytes(StandardCharsets.UTF_8));
    Files.write(bundle, Tiles.pack(entries));
    JsonNode json = json(log);
    assertThat(json.path("verified").asBoolean()).isFalse();
    assertThat(json.path("firstBad").path("entry").asInt()).isEqualTo(4);
    assertThat(json.path("firstBad").path("index").asInt()).isEqualTo(3);
    assertThat(json.path("problem").asText())
        .isEqualTo("entry 4 was changed: it is not what was signed");
    assertThat(json.path("remedy").asText()).startsWith("restore the log from a copy");
    assertThat(run(log)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("does not verify: entry 4 was changed");
    assertThat(console.out()).isEmpty();
  }

  @Test
  void shouldNameTheFirstEntryThatACutOffLogLacks() throws Exception {
    Path newest = folder.resolve("newest");
    ledger.complete("request-5");
    Files.writeString(newest, ledger.checkpoint(6));
    assertThat(run(log, "--since", newest.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("entry 6 is missing", "though it held 6 entries once");
  }

  @Test
  void shouldNameTheEntryInWhichTwoCopiesPart() throws Exception {
    TestLedger other = ledger.fork();
    other.complete("request-7");
    ledger.complete("request-5");
    ledger.complete("request-6");
    Path copy = folder.resolve("copy");
    other.write(copy);
    Path newer = folder.resolve("newer");
    ledger.write(newer);
    JsonNode json = json(newer, "--against", copy.toString());
    assertThat(json.path("firstBad").path("entry").asInt()).isEqualTo(6);
    assertThat(json.path("problem").asText()).startsWith("the log was forked: entry 6 is another");
    assertThat(run(newer, "--against", log.toString())).isEqualTo(ExitCode.OK);
    Path receipt = folder.resolve("receipt.json");
    Files.writeString(receipt, Json.line(other.receipt(5)));
    assertThat(run(receipt, "--log", newer.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("the log was forked");
  }

  @Test
  void shouldRefuseALogOfAnotherKeyAndOneWithoutCheckpoint() throws Exception {
    Files.writeString(key, new TestLedger().noteKey().text());
    assertThat(run(log)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .contains("the checkpoint is not signed by the key log.example/lethe+");
    Files.delete(log.resolve("checkpoint"));
    assertThat(run(log)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("there is no file checkpoint");
  }

  @Test
  void shouldSayWhatAFolderMustHold() throws Exception {
    assertThat(run(Files.createDirectory(folder.resolve("empty")))).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("holds neither receipts (*.json) nor a log's checkpoint");
  }

  private int run(Path target, String... options) {
    console = new RecordingConsole();
    List<String> arguments =
        new ArrayList<>(List.of("verify", target.toString(), "--key", key.toString()));
    arguments.addAll(Arrays.asList(options));
    return console.run(arguments.toArray(String[]::new));
  }

  private JsonNode json(Path target, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--output", "json"));
    run(target, all.toArray(String[]::new));
    return Json.parse(console.out(), "output");
  }
}
