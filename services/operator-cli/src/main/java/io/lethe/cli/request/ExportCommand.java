package io.lethe.cli.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.dev.DevState;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Exports what the ledger holds about one request. */
@Command(
    name = "export",
    description = {
      "Print everything that the ledger holds about one deletion request, as JSON: where it"
          + " stands,",
      "what the log says of it, its receipts, and callbacks that did not arrive."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final TypeReference<Map<String, Object>> JSON_OBJECT = new TypeReference<>() {};

  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "REQUEST", description = "Id of the request.")
  private UUID requestId;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  public ExportCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    DevState state = DevState.running(dataDirectory.directory());
    JsonHttp http = new JsonHttp(token.tokens(dataDirectory.directory(), clock, Roles.AUDITOR));
    JsonNode export =
        http.get(state.url("erasure-ledger") + "/v1/requests/" + requestId + "/export").body();
    console.result(Json.MAPPER.convertValue(export, JSON_OBJECT), indented(export));
    return ExitCode.OK;
  }

  private static String indented(JsonNode export) {
    try {
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(export);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("an answer that is not JSON", impossible);
    }
  }
}
