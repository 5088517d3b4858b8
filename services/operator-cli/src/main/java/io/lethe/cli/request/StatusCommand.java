package io.lethe.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.dev.DevState;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells where everything stands. */
@Command(
    name = "status",
    description = {
      "Show the deletion requests with their three clocks (suppressed, unlearned, legal deadline),",
      "the released versions and what every server serves."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final String SERVER_PREFIX = "recommendation-server-";
  private static final int VERSIONS_SHOWN_MAX = 5;

  private final Console console;
  private final Clock clock;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  public StatusCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    DevState state = DevState.running(dataDirectory.directory());
    JsonHttp http = new JsonHttp(token.tokens(dataDirectory.directory(), clock, Roles.AUDITOR));
    List<JsonNode> requests =
        list(http.get(state.url("erasure-ledger") + "/v1/requests").body(), "requests");
    List<JsonNode> versions =
        list(http.get(state.url("adapter-catalog") + "/v1/versions").body(), "versions");
    JsonNode callbacks = http.get(state.url("erasure-ledger") + "/v1/callbacks").body();
    Map<String, JsonNode> servers = new LinkedHashMap<>();
    Map<String, String> down = new LinkedHashMap<>();
    for (DevState.Service server : state.servicesNamed(SERVER_PREFIX)) {
      try {
        servers.put(server.name(), http.get(server.url() + "/v1/models").body());
      } catch (CliException unreachable) {
        // One server that is down is part of the answer, not its end.
        down.put(server.name(), unreachable.getMessage());
      }
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("requests", requests);
    result.put("versions", versions);
    result.put("servers", servers);
    result.put("serversDown", down);
    result.put("callbacks", counts(callbacks));
    console.result(result, text(requests, versions, servers, down) + told(callbacks));
    return ExitCode.OK;
  }

  private String text(
      List<JsonNode> requests,
      List<JsonNode> versions,
      Map<String, JsonNode> servers,
      Map<String, String> down) {
    StringBuilder text = new StringBuilder(new RequestTable(clock.instant()).render(requests));
    text.append(String.format("%n%nVersions, newest first"));
    versions.stream()
        .limit(VERSIONS_SHOWN_MAX)
        .forEach(
            version ->
                text.append(
                    String.format(
                        "%n  %-4s %-10s adapter %-14s by %s",
                        version.path("version").asText(),
                        version.path("status").asText(),
                        brief(version.path("adapterId")),
                        version.path("method").asText())));
    text.append(String.format("%n%nServers"));
    servers.forEach(
        (name, models) -> text.append(String.format("%n  %-26s %s", name, serves(models))));
    down.forEach((name, why) -> text.append(String.format("%n  %-26s DOWN: %s", name, why)));
    return text.toString();
  }

  private static Map<String, Integer> counts(JsonNode callbacks) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("pending", callbacks.path("pending").asInt());
    counts.put("dead", callbacks.path("dead").asInt());
    return counts;
  }

  /** Nothing while every producer knows. */
  static String told(JsonNode callbacks) {
    int pending = callbacks.path("pending").asInt();
    int dead = callbacks.path("dead").asInt();
    return pending + dead == 0
        ? ""
        : String.format(
            "%n%nCallbacks to producers%n  %d wait, %d given up%s",
            pending, dead, dead == 0 ? "" : "; the ledger's /v1/callbacks tells why");
  }

  /** What the server's model list marks as served. */
  private static String serves(JsonNode models) {
    for (JsonNode model : models.path("data")) {
      if (model.path("served").asBoolean()) {
        return model.path("id").asText() + " (" + brief(model.path("root")) + ")";
      }
    }
    return models.path("state").asText("nothing yet");
  }

  private static String brief(JsonNode id) {
    return id.isNull() || id.isMissingNode()
        ? "none"
        : id.asText().substring(0, Math.min(12, id.asText().length()));
  }

  private static List<JsonNode> list(JsonNode body, String field) {
    List<JsonNode> list = new ArrayList<>();
    (body.isArray() ? body : body.path(field)).forEach(list::add);
    return list;
  }
}
