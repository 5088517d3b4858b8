package io.lethe.cli.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands over a catalog that answers what a test tells it to. */
class VersionsCommandTest {
  private static final String DONE =
      "{\"move\":\"rollback\",\"changed\":true,\"records\":"
          + "[{\"version\":4,\"status\":\"withdrawn\"},{\"version\":5,\"status\":\"released\"}]}";

  private final RecordingConsole console = new RecordingConsole();
  private HttpServer catalog;
  private volatile String asked;
  private volatile String path;
  private volatile int status = 200;
  private volatile String answer = DONE;

  @BeforeEach
  void start() throws IOException {
    catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    catalog.createContext(
        "/",
        exchange -> {
          path = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    catalog.start();
  }

  @AfterEach
  void stop() {
    catalog.stop(0);
  }

  @Test
  void shouldAskForEachMoveAsTheCatalogTakesIt() {
    assertAsked(
        "POST /v1/versions/4/withdraw",
        "{\"wait\":true,\"why\":\"nonsense\"}",
        "withdraw",
        "4",
        "--wait");
    assertAsked(
        "POST /v1/versions/2/rollback",
        "{\"pin\":true,\"why\":\"nonsense\"}",
        "rollback",
        "2",
        "--pin");
    assertAsked("POST /v1/versions/5/promote", "{\"why\":\"nonsense\"}", "promote", "5");
    assertAsked("POST /v1/versions/5/pin", "{\"why\":\"nonsense\"}", "pin", "5");
    assertAsked("POST /v1/versions/5/unpin", "{\"why\":\"nonsense\"}", "pin", "5", "--remove");
    assertAsked(
        "POST /v1/canary",
        "{\"replicas\":[\"a\",\"b\"],\"why\":\"nonsense\"}",
        "canary",
        "--replicas",
        "a,b");
    assertAsked(
        "POST /v1/canary", "{\"percent\":10,\"why\":\"nonsense\"}", "canary", "--percent", "10");
    assertAsked("POST /v1/canary/end", "{\"why\":\"nonsense\"}", "canary", "--end");
    assertAsked(
        "POST /v1/override",
        "{\"rule\":\"pin\",\"why\":\"nonsense\"}",
        "override",
        "--rule",
        "pin");
    assertAsked(
        "POST /v1/override/approve",
        "{\"rule\":\"pin\",\"why\":\"nonsense\"}",
        "override",
        "--rule",
        "pin",
        "--approve");
    assertAsked("POST /v1/override/revoke", "{\"why\":\"nonsense\"}", "override", "--revoke");
  }

  @Test
  void shouldSayWhatWasDoneOrThatItHadBeen() {
    run("rollback", "2", "--why", "nonsense");
    assertThat(console.out())
        .contains("Done: version 4 is withdrawn, version 5 is released. See lethe versions list.");
    answer = "{\"move\":\"rollback\",\"changed\":false,\"records\":[]}";
    run("rollback", "2", "--why", "nonsense");
    assertThat(console.out()).contains("Nothing to do: it was done before.");
  }

  @Test
  void shouldTellTheRemedyWhereTheCatalogRefuses() {
    status = 409;
    answer =
        "{\"title\":\"below_minimum_watermark\",\"status\":409,\"detail\":\"Not done: choose"
            + " another.\"}";
    assertThat(run("rollback", "2", "--why", "nonsense")).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("below_minimum_watermark", "Not done: choose another");
  }

  @Test
  void shouldAskNothingWithoutAReasonOrWithOptionsThatContradict() {
    assertThat(run("rollback", "2")).isEqualTo(ExitCode.USAGE);
    assertThat(run("canary", "--why", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(run("canary", "--end", "--percent", "5", "--why", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(run("override", "--why", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(run("override", "--revoke", "--rule", "pin", "--why", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(asked).isNull();
  }

  @Test
  void shouldListVersionsAndSayWhichCanBeRolledBackTo() {
    answer =
        "{\"currentVersion\":2,\"canary\":{\"version\":null,\"replicas\":[],\"percent\":5},"
            + "\"pin\":null,\"override\":null,\"minimumWatermark\":{\"size\":1,\"digest\":\"d1\"},"
            + "\"total\":3,\"versions\":["
            + version(2, "released", "d1")
            + ","
            + version(1, "superseded", "d1")
            + ","
            + version(0, "superseded", "d0")
            + "]}";
    assertThat(run("list")).isEqualTo(ExitCode.OK);
    assertThat(path).isEqualTo("GET /v1/versions?limit=20");
    List<String> lines = console.out().lines().toList();
    assertThat(lines.get(1).split(" +")).containsExactly("2", "released", "abc", "1", "no", "no");
    assertThat(lines.get(2).split(" +"))
        .containsExactly("1", "superseded", "abc", "1", "no", "yes");
    assertThat(lines.get(3).split(" +")).containsExactly("0", "superseded", "abc", "1", "no", "no");
    assertThat(console.out())
        .endsWith("Canary: the next version first answers 5 % of the subjects.");
  }

  private void assertAsked(String expectedPath, String body, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--why", "nonsense"));
    assertThat(run(all.toArray(String[]::new))).isEqualTo(ExitCode.OK);
    assertThat(path).isEqualTo(expectedPath);
    JsonNode sent = Json.parse(asked, "body");
    assertThat(sent).isEqualTo(Json.parse(body, "expected"));
  }

  private int run(String... options) {
    List<String> all = new ArrayList<>(List.of("versions"));
    all.addAll(List.of(options));
    all.addAll(
        List.of(
            "--catalog-url",
            "http://127.0.0.1:" + catalog.getAddress().getPort() + "/",
            "--token",
            "a.test.token"));
    return console.run(all.toArray(String[]::new));
  }

  private static String version(long number, String status, String digest) {
    return "{\"version\":"
        + number
        + ",\"status\":\""
        + status
        + "\",\"adapterId\":\"abc\",\"watermark\":{\"size\":1,\"digest\":\""
        + digest
        + "\"},\"exact\":false,\"move\":null}";
  }
}
