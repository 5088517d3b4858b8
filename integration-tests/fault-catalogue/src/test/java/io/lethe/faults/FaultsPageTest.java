package io.lethe.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsPageTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path PAGE = ROOT.resolve(Path.of("docs", "testing", "faults.md"));
  private static final String REMEDY =
      "write it anew with: mvn -pl integration-tests/fault-catalogue test -Dlethe.contract.write=true";

  @TempDir private Path root;

  @Test
  void shouldHaveCommittedThePageOfTheTestsThatAre() throws IOException {
    String generated = FaultsPage.generate(ROOT);
    if (Boolean.getBoolean("lethe.contract.write")) {
      Files.writeString(PAGE, generated);
    }
    assertThat(PAGE).as("%s must be committed; %s", PAGE, REMEDY).exists();
    assertThat(Files.readString(PAGE)).as("%s differs; %s", PAGE, REMEDY).isEqualTo(generated);
  }

  @Test
  void shouldTellWhatATestShowsAndHowItWentLast() throws IOException {
    source(
        """
        class DiesST {
          @FaultCase(fault = CatalogueFault.F3, level = FaultLevel.PROCESS, does = "Kills " + "it.",
              load = "10", oracle = "all", limit = "60 s")
          void shouldLive() {}
        }
        """);
    new FaultResult("2026-01-02", "passed", 12.34, Map.of("resumed after s", "3.1"))
        .write(root, "DiesST.shouldLive");

    String page = FaultsPage.generate(root);

    assertThat(page)
        .contains("| The accumulator is killed in the middle | processes | 1 passed |")
        .contains(
            """
            **`DiesST.shouldLive`**, on processes

            - What is done: Kills it.
            - Load: 10
            - Must hold: all
            - Limit: 60 s
            - Last result: passed on 2026-01-02 in 12.3 s (resumed after s: 3.1)
            """);
  }

  @Test
  void shouldSayOfEachOtherFaultThatNoTestShowsIt() throws IOException {
    source("class NothingST {}");

    assertThat(FaultsPage.generate(root))
        .contains("## F22 A rolling upgrade and back, over records of old schemas\n\nNo test shows")
        .containsPattern(
            "\\| \\[F1\\]\\(#f1-a-broker-is-killed[^|]*\\| [^|]*\\| \\*\\*no test yet");
  }

  @Test
  void shouldRefuseWordsThatAreNoLiterals() throws IOException {
    source(
        """
        class DiesST {
          @FaultCase(fault = CatalogueFault.F3, level = FaultLevel.PROCESS, does = WORDS, load = "",
              oracle = "")
          void shouldLive() {}
        }
        """);

    assertThatThrownBy(() -> FaultsPage.generate(root))
        .hasMessageContaining("must be literals")
        .hasMessageContaining("DiesST.java");
  }

  private void source(String text) throws IOException {
    Path folder = Files.createDirectories(root.resolve("module/src/test/java"));
    Files.writeString(
        folder.resolve(text.replaceAll("(?s)class (\\w+) .*", "$1").strip() + ".java"), text);
  }
}
