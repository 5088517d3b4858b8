package io.lethe.ledger.record;

import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Has Go's implementation of the formats verify what the ledger wrote. Skipped where there is no Go
 * with golang.org/x/mod (on Debian: golang-go and golang-golang-x-mod-dev).
 */
class IndependentVerifierTest {
  private static final LogSigner SIGNER = Logs.signer("log.example/lethe");
  private static final Path PROGRAM = Path.of("../../schemas/src/test/independent/tlogcheck.go");
  private static final Path LIBRARY = Path.of("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog");
  private static final long TIMEOUT_SECONDS = 300;

  @TempDir private Path directory;

  @BeforeEach
  void requireGo() {
    boolean go =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
    assumeTrue(go && Files.isDirectory(LIBRARY), "needs Go with golang.org/x/mod");
  }

  @Test
  void shouldBeVerifiedByAnotherImplementation() throws Exception {
    Path folder = directory.resolve("log");
    List<String> earlier = new ArrayList<>();
    try (DiskLogStore store = DiskLogStore.open(folder)) {
      TransitionLog log = TransitionLog.open(store, SIGNER, entry -> {});
      for (int from = 1; from <= 600; from += 75) {
        log.append(
            IntStream.range(from, from + 75).mapToObj(Logs::step).toList(),
            after(from),
            step -> null);
        Path checkpoint = directory.resolve("checkpoint-" + from);
        Files.writeString(checkpoint, log.checkpoint());
        earlier.add(checkpoint.toString());
      }
      Path proof = directory.resolve("proof");
      Path entry = directory.resolve("entry");
      Files.writeString(proof, log.proof(333));
      Files.write(entry, log.entry(333));
      assertThat(go("proof", proof.toString(), entry.toString(), SIGNER.key().text()))
          .isEqualTo("verified entry 334 of 600");
      Files.write(entry, log.entry(334));
      assertThat(go("proof", proof.toString(), entry.toString(), SIGNER.key().text()))
          .contains("invalid transparency proof");
    }
    List<String> command =
        new ArrayList<>(List.of("verify", folder.toString(), SIGNER.key().text()));
    command.addAll(earlier);
    assertThat(go(command.toArray(String[]::new)))
        .isEqualTo("verified 600 entries and 8 earlier checkpoints");
    Path tile = folder.resolve("tile/0/001");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[40] ^= 1;
    Files.write(tile, bytes);
    assertThat(go("verify", folder.toString(), SIGNER.key().text()))
        .contains("invalid transparency proof");
  }

  private String go(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("go", "run", PROGRAM.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GO111MODULE", "off");
    builder.environment().put("GOPATH", "/usr/share/gocode");
    builder
        .environment()
        .put("GOCACHE", Path.of(System.getProperty("java.io.tmpdir"), "lethe-go-cache").toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return output.replaceAll("exit status \\d+", "").strip();
  }
}
