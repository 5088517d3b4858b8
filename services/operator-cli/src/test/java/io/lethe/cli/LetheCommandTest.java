package io.lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetheCommandTest {
  private final RecordingConsole console = new RecordingConsole();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "start-dev",
        "import",
        "train",
        "submit",
        "status",
        "extend",
        "export",
        "verify",
        "token",
        "acls",
        "redrive",
        "versions",
        "bench",
        "replay"
      })
  void shouldExplainEveryCommand(String command) {
    assertThat(
            LetheCommand.commandLine(console.console(), RecordingConsole.CLOCK)
                .getSubcommands()
                .get(command)
                .getUsageMessage())
        .startsWith("Usage: lethe " + command + " [-h]")
        .contains("--output=FORMAT", "--help");
    assertThat(console.run(command, "--help")).isEqualTo(ExitCode.OK);
  }

  @Test
  void shouldEndWithUsageCodeAndOneLineWhenNoCommandIsGiven() {
    assertThat(console.run()).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).isEqualTo("lethe: a command is missing; see lethe --help.");
    assertThat(console.out()).isEmpty();
  }

  @Test
  void shouldNameTheHelpOfTheCommandThatWasMisused() {
    assertThat(console.run("submit")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err())
        .isEqualTo("lethe: Missing required option: '--subject=ACCOUNT'; see lethe submit --help.");
  }

  @Test
  void shouldRefuseAnUnknownOutputFormat() {
    assertThat(console.run("train", "--output", "yaml")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("yaml").endsWith("see lethe train --help.");
  }

  @Test
  void shouldSayHowToStartAStackWhenNoneRuns(@TempDir Path folder) {
    assertThat(console.run("status", "--data-dir", folder.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .isEqualTo(
            "lethe: no development stack runs on "
                + folder
                + "; start one with ./lethe start-dev, or give its --data-dir.");
  }

  @Test
  void shouldSayThatTheDataDirectoryHasNoRecommender(@TempDir Path folder) {
    System.setProperty("lethe.home", folder.toString());
    try {
      assertThat(console.run("start-dev", "--data-dir", folder.resolve("dev").toString()))
          .isEqualTo(ExitCode.FAILURE);
    } finally {
      System.clearProperty("lethe.home");
    }
    assertThat(console.err())
        .contains("not for production")
        .endsWith(
            "lethe: "
                + folder.resolve("dev")
                + " has no recommender; run ./lethe train --data-dir "
                + folder.resolve("dev")
                + " first, or give --recommender FOLDER.");
  }

  @Test
  void shouldShowTheStackTraceOnlyWhenAsked(@TempDir Path folder) {
    console.run("status", "--stack-trace", "--data-dir", folder.toString());
    assertThat(console.err()).contains("at io.lethe.cli.dev.DevState.running");
  }
}
