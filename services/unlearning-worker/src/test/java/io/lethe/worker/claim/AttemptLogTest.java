package io.lethe.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.worker.domain.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptLogTest {
  @TempDir private Path state;

  @Test
  void shouldCountAcrossProcesses() {
    assertThat(new AttemptLog(state).begin("set-1")).isEqualTo(1);
    assertThat(new AttemptLog(state).begin("set-1")).isEqualTo(2);
    assertThat(new AttemptLog(state).begin("set-2")).isEqualTo(1);
  }

  @Test
  void shouldForgetASetThatEnded() throws IOException {
    AttemptLog log = new AttemptLog(state);
    log.begin("set-1");
    log.end("set-1");
    assertThat(log.attempts("set-1")).isZero();
    try (var files = Files.list(state.resolve("attempts"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void shouldTakeATornFileAsNoAttempt() throws IOException {
    AttemptLog log = new AttemptLog(state);
    log.begin("set-1");
    Files.writeString(state.resolve("attempts").resolve(Digests.sha256("set-1")), "");
    assertThat(log.attempts("set-1")).isZero();
  }

  @Test
  void shouldNeverLeaveItsFolderWhateverTheIdIs() throws IOException {
    new AttemptLog(state).begin("../../escape");
    try (var files = Files.list(state.resolve("attempts"))) {
      assertThat(files).hasSize(1);
    }
    assertThat(state.resolveSibling("escape")).doesNotExist();
  }

  @Test
  void shouldNameTheKeyWhenTheFolderCannotBeMade() throws IOException {
    Path file = Files.writeString(state.resolve("file"), "");
    assertThatThrownBy(() -> new AttemptLog(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lethe.state-directory");
  }
}
