package io.lethe.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.Polling;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.dev.DevState;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends one deletion request. */
@Command(
    name = "submit",
    description = {
      "Ask for the erasure of a subject's data: everything, some items, or a range of time.",
      "With --wait it returns when the request is completed, or refused by a gate (exit code 3)."
    })
public final class SubmitCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--subject",
      required = true,
      paramLabel = "ACCOUNT",
      description = "The account system's id of the person.")
  private String subject;

  @Option(
      names = "--regime",
      paramLabel = "REGIME",
      defaultValue = "GDPR",
      description = "GDPR, UK, CCPA, DROP or INTERNAL: sets the deadline (${DEFAULT-VALUE}).")
  private String regime;

  @Option(
      names = "--items",
      split = ",",
      paramLabel = "ID",
      description = "Erase only the interactions with these items.")
  private List<String> items = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description =
          "Erase only interactions from this instant on, for example 2024-01-01T00:00:00Z.")
  private Instant from;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Erase only interactions before this instant.")
  private Instant until;

  @Option(
      names = "--request-id",
      paramLabel = "UUID",
      description =
          "Id of the request; sending it again has no second effect (default: a new one).")
  private UUID requestId;

  @Option(names = "--wait", description = "Wait until the request is completed.")
  private boolean wait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "SECONDS",
      defaultValue = "900",
      description = "Longest wait (${DEFAULT-VALUE}).")
  private int waitTimeoutSeconds;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  public SubmitCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (!items.isEmpty() && (from != null || until != null)) {
      throw new CliException(
          "--items and a range of time exclude each other",
          "send two requests",
          ExitCode.USAGE,
          null);
    }
    DevState state = DevState.running(dataDirectory.directory());
    JsonHttp http = new JsonHttp(token.tokens(dataDirectory.directory(), clock, Roles.PRODUCER));
    IntakeClient intake = new IntakeClient(http, state.url("deletion-intake"));
    UUID id = requestId == null ? UUID.randomUUID() : requestId;
    JsonNode status = intake.submit(new DeletionRequest(id, subject, regime, items, from, until));
    if (wait) {
      status = awaitEnd(intake, id);
    }
    report(status);
    return "CANDIDATE_REFUSED".equals(stage(status)) ? ExitCode.GATE_REFUSED : ExitCode.OK;
  }

  private JsonNode awaitEnd(IntakeClient intake, UUID id) {
    JsonNode[] last = new JsonNode[1];
    String[] told = {""};
    boolean ended =
        new Polling(clock, PAUSE)
            .until(
                () -> {
                  last[0] = intake.status(id.toString());
                  if (!stage(last[0]).equals(told[0])) {
                    told[0] = stage(last[0]);
                    console.notice(told[0].toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
                  }
                  return List.of("COMPLETED", "WITHDRAWN", "CANDIDATE_REFUSED").contains(told[0]);
                },
                Duration.ofSeconds(waitTimeoutSeconds));
    if (!ended) {
      throw new CliException(
          "request "
              + id
              + " is not completed after "
              + waitTimeoutSeconds
              + " s ("
              + told[0]
              + ")",
          "look with ./lethe status; it goes on without this command");
    }
    return last[0];
  }

  private void report(JsonNode status) {
    Map<String, Object> result = new LinkedHashMap<>();
    StringBuilder words = new StringBuilder();
    status
        .properties()
        .forEach(
            field -> {
              result.put(field.getKey(), Json.MAPPER.convertValue(field.getValue(), Object.class));
              if (!field.getValue().isNull()) {
                words.append(
                    String.format("%-20s %s%n", field.getKey(), field.getValue().asText()));
              }
            });
    console.result(result, words.toString().stripTrailing());
  }

  private static String stage(JsonNode status) {
    return status.path("stage").asText();
  }
}
