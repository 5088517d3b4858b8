package io.lethe.cli.redrive;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.JsonHttp;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends dead letters back, or tells which it would. */
@Command(
    name = "redrive",
    description = {
      "Send dead letters back to the topics they came from, once what made them fail is mended.",
      "Without --execute it only tells what it would do. What was sent back already, or has had its",
      "effect since, is skipped. With --forget-set it has sets worked off again that are no letters."
    })
public final class RedriveCommand implements Callable<Integer> {
  private static final String PATH = "/v1/dead-letters/redrive";
  private static final String FORGET_SETS_PATH = "/v1/forget-sets/redrive";

  /** A thousand letters of the largest kind take minutes. */
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only letters of this topic, with or without .dlq.")
  private String topic;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only letters whose reason or error class contains this text.")
  private String reason;

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description = "Only letters that first failed then or later, as 2026-01-31T12:00:00Z.")
  private Instant since;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Only letters that first failed before this instant.")
  private Instant until;

  @Option(
      names = "--offsets",
      split = ",",
      paramLabel = "N[-M]",
      description =
          "Only letters at these offsets of the dead-letter topic, as 3,7-9; needs --topic.")
  private List<String> offsets = new ArrayList<>();

  @Option(
      names = "--forget-set",
      split = ",",
      paramLabel = "ID",
      description =
          "Send these forget sets back, though they are no dead letters, as that of a version that"
              + " was withdrawn; goes with none of the options that choose letters.")
  private List<String> forgetSets = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "Most letters to send back (100).")
  private Integer limit;

  @Option(names = "--execute", description = "Do it; without this it is a dry run.")
  private boolean execute;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      description =
          "Why the letters are sent back; needed with --execute, kept with each, and to name no"
              + " person whose data is concerned.")
  private String why;

  @Option(
      names = "--actor",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description =
          "Who sends them back, where the ledger does not know the caller (${DEFAULT-VALUE}); kept"
              + " as a keyed pseudonym.")
  private String actor;

  @Option(
      names = "--ledger-url",
      paramLabel = "URL",
      description = "The erasure-ledger to ask (default: that of the development stack).")
  private String ledgerUrl;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  public RedriveCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (execute && (why == null || why.isBlank())) {
      throw new CliException(
          "--execute needs --why",
          "say why the letters are sent back: it is kept with each",
          ExitCode.USAGE,
          null);
    }
    if (!offsets.isEmpty() && topic == null) {
      throw new CliException(
          "--offsets needs --topic", "name the topic they are counted in", ExitCode.USAGE, null);
    }
    boolean choosesLetters =
        topic != null || reason != null || since != null || until != null || limit != null;
    if (!forgetSets.isEmpty() && choosesLetters) {
      throw new CliException(
          "--forget-set goes with none of --topic, --reason, --since, --until and --limit",
          "choose either dead letters or forget sets",
          ExitCode.USAGE,
          null);
    }
    Map<String, Object> order = order();
    String url = base() + (forgetSets.isEmpty() ? PATH : FORGET_SETS_PATH);
    JsonHttp http =
        new JsonHttp(token.tokens(dataDirectory.directory(), clock, Roles.OPERATOR), TIMEOUT);
    JsonNode report = http.post(url, order).body();
    console.result(
        Json.MAPPER.convertValue(report, new TypeReference<LinkedHashMap<String, Object>>() {}),
        RedriveTable.render(report));
    boolean undone = report.path("refused").asLong() + report.path("failed").asLong() > 0;
    return undone ? ExitCode.FAILURE : ExitCode.OK;
  }

  private Map<String, Object> order() {
    Map<String, Object> order = new LinkedHashMap<>();
    put(order, "forgetSetIds", forgetSets.isEmpty() ? null : forgetSets);
    put(order, "topic", topic);
    put(order, "reason", reason);
    put(order, "since", since == null ? null : since.toString());
    put(order, "until", until == null ? null : until.toString());
    put(order, "offsets", offsets.isEmpty() ? null : OffsetRanges.parse(offsets));
    put(order, "limit", limit);
    order.put("dryRun", !execute);
    put(order, "why", why);
    order.put("actor", actor);
    return order;
  }

  private static void put(Map<String, Object> order, String name, Object value) {
    if (value != null) {
      order.put(name, value);
    }
  }

  private String base() {
    return ledgerUrl == null
        ? DevState.running(dataDirectory.directory()).url("erasure-ledger")
        : ledgerUrl.replaceFirst("/+$", "");
  }
}
