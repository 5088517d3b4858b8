package io.lethe.schemas.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reads a log that Go's implementation made (see src/test/independent/make.sh): what it signed and
 * proved must verify here, and what is proved here must be what it proved.
 */
class IndependentLogTest {
  private static final Path FOLDER = Path.of("src/test/resources/tlog/go");
  private static final long SIZE = 600;

  private final LogFiles files = LogFiles.in(FOLDER);
  private NoteKey key;
  private Checkpoint checkpoint;
  private HashSource source;

  @BeforeEach
  void open() throws Exception {
    key = NoteKey.parse(Files.readString(FOLDER.resolve("vkey")));
    checkpoint = new LogAudit(List.of(key)).verify(files, List.of());
    source = new CopiedLog(files, SIZE).overEntries();
  }

  @Test
  void shouldReadTheKeyAndWriteItAlike() throws IOException {
    assertThat(key.name()).isEqualTo("go.example/log");
    assertThat(key.text()).isEqualTo(Files.readString(FOLDER.resolve("vkey")).strip());
  }

  @Test
  void shouldVerifyTheWholeLogAndThatItContinuesItsEarlierCheckpoints() throws Exception {
    assertThat(checkpoint.size()).isEqualTo(SIZE);
    List<Checkpoint> earlier = new ArrayList<>();
    for (Path file : in("earlier")) {
      earlier.add(Checkpoint.verify(Files.readString(file), List.of(key)));
    }
    assertThat(earlier).hasSize(8);
    assertThatCode(() -> new LogAudit(List.of(key)).verify(files, earlier))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldProveConsistencyAsGoDoesAndVerifyItsProofs() throws Exception {
    for (Path file : in("consistency")) {
      long from = Long.parseLong(file.getFileName().toString());
      List<byte[]> proof =
          Files.readAllLines(file).stream().map(Base64.getDecoder()::decode).toList();
      assertThat(MerkleTree.consistencyProof(from, SIZE, source))
          .as("from " + from)
          .usingElementComparator(Arrays::compare)
          .containsExactlyElementsOf(proof);
      byte[] before = MerkleTree.root(from, source);
      assertThat(MerkleTree.isConsistent(from, SIZE, proof, before, checkpoint.root())).isTrue();
      assertThat(MerkleTree.isConsistent(from, SIZE, proof, checkpoint.root(), before)).isFalse();
    }
  }

  @Test
  void shouldProveInclusionAsGoDoesAndVerifyItsProofs() throws Exception {
    for (Path file : in("proofs")) {
      String text = Files.readString(file);
      InclusionProof proof = InclusionProof.parse(text);
      String entry = "entry " + proof.index() + " of a log that Go made";
      assertThat(proof.verify(entry.getBytes(), List.of(key))).isEqualTo(checkpoint);
      List<byte[]> ours = MerkleTree.inclusionProof(proof.index(), SIZE, source);
      assertThat(
              new InclusionProof(
                      proof.index(), ours, Files.readString(FOLDER.resolve(Tiles.CHECKPOINT)))
                  .text())
          .isEqualTo(text);
    }
  }

  private static List<Path> in(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).isNotEmpty();
      return all;
    }
  }
}
