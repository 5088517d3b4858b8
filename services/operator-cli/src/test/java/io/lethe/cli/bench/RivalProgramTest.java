package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RivalProgramTest {
  @Test
  void shouldHandTheJobOverAndReadTheAnswer(@TempDir Path folder) {
    String copies = "cp \"$1\" \"$2\"";
    RivalProgram rival = new RivalProgram(List.of("sh", "-c", copies, "rival"), folder, 2);
    rival.prepare(Map.of("seconds", 2.5, "forgetScores", List.of(0.25, 0.75)));
    assertThat(rival.run().required("seconds").asDouble()).isEqualTo(2.5);
    assertThat(RivalProgram.scores(rival.run())).containsExactly(0.25f, 0.75f);
  }

  @Test
  void shouldGiveTheRivalTheSameThreads(@TempDir Path folder) {
    String answers = "echo \"{\\\"seconds\\\": $OMP_NUM_THREADS}\" > \"$2\"";
    RivalProgram rival = new RivalProgram(List.of("sh", "-c", answers, "rival"), folder, 3);
    rival.prepare(Map.of());
    assertThat(rival.run().required("seconds").asInt()).isEqualTo(3);
  }

  @Test
  void shouldSayWhereToLookWhenTheRivalFails(@TempDir Path folder) {
    RivalProgram rival = new RivalProgram(List.of("sh", "-c", "exit 3", "rival"), folder, 1);
    rival.prepare(Map.of());
    assertThatThrownBy(rival::run)
        .isInstanceOf(CliException.class)
        .hasMessageContaining("ended with code 3")
        .hasMessageContaining("rival.log");
  }

  @Test
  void shouldSayWhatToGiveWhenTheRivalCannotBeStarted(@TempDir Path folder) {
    RivalProgram rival = new RivalProgram(List.of("no-such-program"), folder, 1);
    rival.prepare(Map.of());
    assertThatThrownBy(rival::run)
        .isInstanceOf(CliException.class)
        .hasMessageContaining("give --rival a command that runs here");
  }
}
