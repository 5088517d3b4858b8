package io.lethe.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.ExitCode;
import io.lethe.cli.RecordingConsole;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServeFiguresTest {
  private static final ServeSettings SETTINGS = new ServeSettings(3, 2, 100, 4, 5, 2, 1, 0, 1000);

  @Test
  void shouldTakeTheSmallestValueThatCoversTheShare() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(value -> value).toArray();
    assertThat(Percentiles.ofMillis(hundred)).isEqualTo(new Percentiles(50, 99));
    assertThat(Percentiles.ofMillis(new double[] {7})).isEqualTo(new Percentiles(7, 7));
    assertThat(Percentiles.ofMillis(new double[0])).isEqualTo(new Percentiles(0, 0));
  }

  @Test
  void shouldTimeFromSendingToAnswer() {
    assertThat(Percentiles.of(List.of(new AskingClients.Timed(5_000_000, 8_000_000))))
        .isEqualTo(new Percentiles(3, 3));
  }

  @Test
  void shouldReportWhatAScriptAsksFor() {
    Map<String, Object> json = figures(0, 0, 0).json();
    assertThat(json)
        .containsEntry("requestsPerSecond", 100.0)
        .containsEntry("p50Millis", 1.0)
        .containsEntry("p99Millis", 2.0)
        .containsEntry("p99DuringSwapMillis", 4.0)
        .containsEntry("swaps", 3)
        .containsEntry("wrongAnswers", 0)
        .containsEntry("failed", 0)
        .containsEntry("rssMiB", 401L)
        .doesNotContainKey("suppressionP99Millis");
  }

  @Test
  void shouldNotCallARunFlawlessWithOneWrongFailedOrMissing() {
    assertThat(figures(0, 0, 0).isFlawless()).isTrue();
    assertThat(figures(1, 0, 0).isFlawless()).isFalse();
    assertThat(figures(0, 1, 0).isFlawless()).isFalse();
    assertThat(figures(0, 0, 1).isFlawless()).isFalse();
  }

  @Test
  void shouldComputeThePromptsThatTheServerMakes() {
    ServedItems items = new ServedItems(2, 2);
    List<Viewed> seen =
        List.of(new Viewed("The Film of Number 2", 1.0), new Viewed("The Film of Number 3", 2.0));
    assertThat(items.prompts())
        .containsExactly(
            new Prompt(null, seen, "The Film of Number 0"),
            new Prompt(null, seen, "The Film of Number 1"));
    assertThat(items.ranked()).containsExactly("item-0", "item-1");
    assertThat(items.items()).hasSize(4);
    assertThat(items.seenBy("ref"))
        .extracting(interaction -> interaction.getItemId())
        .containsExactly("item-2", "item-3");
  }

  @Test
  void shouldNameTheOptionThatIsOutOfRange() {
    for (String option :
        List.of("--swaps=0", "--clients=0", "--requests=5", "--candidates=51", "--history=11")) {
      RecordingConsole console = new RecordingConsole();
      assertThat(console.run("bench", "serve", option)).isEqualTo(ExitCode.USAGE);
      assertThat(console.err()).contains(option.substring(0, option.indexOf('=')));
    }
  }

  private static ServeFigures figures(int wrong, int failed, int suppressions) {
    return new ServeFigures(
        SETTINGS,
        100,
        new Percentiles(1, 2),
        90,
        new Percentiles(3, 4),
        3,
        new Percentiles(5, 6),
        1000,
        wrong,
        failed,
        400,
        401,
        new Percentiles(0, 0),
        suppressions,
        0.1);
  }
}
