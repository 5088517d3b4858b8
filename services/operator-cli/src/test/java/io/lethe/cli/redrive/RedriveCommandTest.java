package io.lethe.cli.redrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command over a ledger that answers what a test tells it to. */
class RedriveCommandTest {
  private static final String LETTER =
      "{\"id\":\"deletion.submitted.dlq-0@17\",\"source\":\"deletion.submitted-2@41\","
          + "\"target\":\"deletion.submitted\",\"attempts\":1,\"redrives\":0,\"errorClass\":\"E\","
          + "\"reason\":\"names schema id 9\",\"action\":\"%s\",\"because\":%s}";

  private final RecordingConsole console = new RecordingConsole();
  private HttpServer ledger;
  private volatile String asked;
  private volatile String path;
  private volatile String answer;

  @BeforeEach
  void start() throws IOException {
    ledger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ledger.createContext(
        "/v1",
        exchange -> {
          path = exchange.getRequestURI().getPath();
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    ledger.start();
  }

  @AfterEach
  void stop() {
    ledger.stop(0);
  }

  @Test
  void shouldOnlyAskWhatWouldBeDoneUnlessToldToExecute() {
    answer = report(true, 1, 0, LETTER.formatted("REDRIVE", "null"));
    assertThat(run("--topic", "deletion.submitted", "--offsets", "17,20-22", "--actor", "anna"))
        .isEqualTo(ExitCode.OK);
    JsonNode order = Json.parse(asked, "order");
    assertThat(order)
        .isEqualTo(
            Json.parse(
                "{\"topic\":\"deletion.submitted\",\"offsets\":[17,20,21,22],"
                    + "\"dryRun\":true,\"actor\":\"anna\"}",
                "expected"));
    assertThat(console.out().lines().toList())
        .satisfies(
            lines -> {
              assertThat(lines.get(1).split(" {2,}|(?<=@17) |(?<=redrive) "))
                  .containsExactly(
                      "redrive",
                      "deletion.submitted.dlq-0@17",
                      "deletion.submitted",
                      "1",
                      "0",
                      "names schema id 9");
              assertThat(lines.get(lines.size() - 1))
                  .isEqualTo(
                      "Would send back 1, skipped 0, refused 0, failed 0. This was a dry run; add"
                          + " --execute --why TEXT to do it.");
            });
  }

  @Test
  void shouldSayWhyAndEndWithFailureWhenSomethingWasRefused() {
    answer = report(false, 0, 1, LETTER.formatted("REFUSE", "\"it was sent back 5 times\""));
    assertThat(
            run(
                "--execute",
                "--why",
                "schema registered",
                "--since",
                "2026-01-01T00:00:00Z",
                "--reason",
                "schema",
                "--limit",
                "7"))
        .isEqualTo(ExitCode.FAILURE);
    JsonNode order = Json.parse(asked, "order");
    assertThat(order.get("dryRun").asBoolean()).isFalse();
    assertThat(order.get("why").asText()).isEqualTo("schema registered");
    assertThat(order.get("since").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(order.get("limit").asInt()).isEqualTo(7);
    assertThat(console.out())
        .contains("refuse", "it was sent back 5 times")
        .endsWith("Redrive r-1.");
  }

  @Test
  void shouldSendForgetSetsBackThatAreNoLetters() {
    answer = report(false, 1, 0, LETTER.formatted("REDRIVE", "null"));
    assertThat(
            run(
                "--forget-set",
                "set-1,set-2",
                "--execute",
                "--why",
                "version 7 is withdrawn",
                "--actor",
                "anna"))
        .isEqualTo(ExitCode.OK);
    assertThat(path).isEqualTo("/v1/forget-sets/redrive");
    assertThat(Json.parse(asked, "order"))
        .isEqualTo(
            Json.parse(
                "{\"forgetSetIds\":[\"set-1\",\"set-2\"],\"dryRun\":false,"
                    + "\"why\":\"version 7 is withdrawn\",\"actor\":\"anna\"}",
                "expected"));
    assertThat(run("--forget-set", "set-1", "--topic", "deletion.submitted"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldPrintTheReportForProgramsAsTheLedgerGaveIt() {
    answer = report(true, 1, 0, LETTER.formatted("REDRIVE", "null"));
    assertThat(run("--output", "json")).isEqualTo(ExitCode.OK);
    assertThat(Json.parse(console.out(), "output")).isEqualTo(Json.parse(answer, "answer"));
  }

  @Test
  void shouldRefuseToExecuteWithoutAReasonAndToCountOffsetsWithinNoTopic() {
    assertThat(run("--execute")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("--execute needs --why");
    assertThat(run("--offsets", "1")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("--offsets needs --topic");
    assertThat(asked).isNull();
  }

  @Test
  void shouldReadOffsetsAndRanges() {
    assertThat(OffsetRanges.parse(List.of("3", " 7-9 "))).containsExactly(3L, 7L, 8L, 9L);
    for (String malformed : List.of("x", "9-7", "-3", "1-", "0-10000")) {
      assertThatThrownBy(() -> OffsetRanges.parse(List.of(malformed)))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("no offset or range");
    }
  }

  private int run(String... options) {
    String[] all = java.util.Arrays.copyOf(options, options.length + 5);
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = "redrive";
    all[options.length + 1] = "--ledger-url";
    all[options.length + 2] = "http://127.0.0.1:" + ledger.getAddress().getPort() + "/";
    all[options.length + 3] = "--token";
    all[options.length + 4] = "a.test.token";
    return console.run(all);
  }

  private static String report(boolean dryRun, int redriven, int refused, String letter) {
    return "{\"redriveId\":"
        + (dryRun ? "null" : "\"r-1\"")
        + ",\"dryRun\":"
        + dryRun
        + ",\"redriven\":"
        + redriven
        + ",\"skipped\":0,\"refused\":"
        + refused
        + ",\"failed\":0,\"more\":false,\"letters\":["
        + letter
        + "]}";
  }
}
