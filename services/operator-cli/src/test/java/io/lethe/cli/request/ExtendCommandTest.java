package io.lethe.cli.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExtendCommandTest {
  private static final Instant TOLD = Instant.parse("2026-02-10T09:00:00Z");
  private final RecordingConsole console = new RecordingConsole();

  @Test
  void shouldWriteTheExtensionAsIntakeTakesIt() {
    assertThat(Json.line(ExtendCommand.body(ExtendCommand.Reason.COMPLEXITY, TOLD, null)))
        .isEqualTo("{\"reason\":\"COMPLEXITY\",\"notifiedAt\":\"2026-02-10T09:00:00Z\"}");
    assertThat(
            Json.line(
                ExtendCommand.body(
                    ExtendCommand.Reason.OTHER, TOLD, Instant.parse("2026-03-01T00:00:00Z"))))
        .isEqualTo(
            "{\"reason\":\"OTHER\",\"notifiedAt\":\"2026-02-10T09:00:00Z\","
                + "\"dueAt\":\"2026-03-01T00:00:00Z\"}");
  }

  @Test
  void shouldTellBothDeadlines() {
    String status =
        "{\"requestId\":\"r-1\",\"expectedBy\":\"2026-08-10T21:59:59.999Z\",\"extension\":"
            + "{\"firstExpectedBy\":\"2026-06-10T21:59:59.999Z\","
            + "\"reason\":\"NUMBER_OF_REQUESTS\",\"notifiedAt\":\"2026-05-20T09:00:00Z\"}}";
    assertThat(ExtendCommand.words(Json.parse(status, "test")))
        .isEqualTo(
            "Request r-1 is due on 2026-08-10T21:59:59.999Z instead of 2026-06-10T21:59:59.999Z"
                + " (number of requests; the person was told on 2026-05-20T09:00:00Z).");
  }

  @Test
  void shouldSayThatTheNoticeIsMissing() {
    assertThat(
            console.run("extend", "3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21", "--reason", "complexity"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(console.err())
        .isEqualTo(
            "lethe: Missing required option: '--notified-at=INSTANT'; see lethe extend --help.");
  }
}
