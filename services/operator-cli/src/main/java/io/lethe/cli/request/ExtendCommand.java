package io.lethe.cli.request;

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
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves the deadline of one deletion request. */
@Command(
    name = "extend",
    description = {
      "Extend the legal deadline of a deletion request, once, before it has passed.",
      "Tell the person first: the law wants the notice within the first deadline. How much a regime",
      "allows is told by docs/concepts/deadlines.md."
    })
public final class ExtendCommand implements Callable<Integer> {
  /** Why a deadline moves, in the law's own terms. */
  enum Reason {
    COMPLEXITY,
    NUMBER_OF_REQUESTS,
    OTHER
  }

  private static final TypeReference<Map<String, Object>> JSON_OBJECT = new TypeReference<>() {};

  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "REQUEST", description = "Id of the request.")
  private UUID requestId;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "REASON",
      description = "One of ${COMPLETION-CANDIDATES}; what OTHER means belongs into your files.")
  private Reason reason;

  @Option(
      names = "--notified-at",
      required = true,
      paramLabel = "INSTANT",
      description = "When the person was told, for example 2026-02-10T09:00:00Z.")
  private Instant notifiedAt;

  @Option(
      names = "--due-at",
      paramLabel = "INSTANT",
      description = "The new deadline (default: the latest that the regime allows).")
  private Instant dueAt;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  public ExtendCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    DevState state = DevState.running(dataDirectory.directory());
    JsonHttp http = new JsonHttp(token.tokens(dataDirectory.directory(), clock, Roles.OPERATOR));
    JsonNode status =
        new IntakeClient(http, state.url("deletion-intake"))
            .extend(requestId.toString(), body(reason, notifiedAt, dueAt));
    console.result(Json.MAPPER.convertValue(status, JSON_OBJECT), words(status));
    return ExitCode.OK;
  }

  static Map<String, Object> body(Reason reason, Instant notifiedAt, Instant dueAt) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("reason", reason.name());
    body.put("notifiedAt", notifiedAt.toString());
    if (dueAt != null) {
      body.put("dueAt", dueAt.toString());
    }
    return body;
  }

  /**
   * @param status as intake answers it
   */
  static String words(JsonNode status) {
    JsonNode extension = status.path("extension");
    return String.format(
        Locale.ROOT,
        "Request %s is due on %s instead of %s (%s; the person was told on %s).",
        status.path("requestId").asText(),
        status.path("expectedBy").asText(),
        extension.path("firstExpectedBy").asText(),
        extension.path("reason").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
        extension.path("notifiedAt").asText());
  }
}
