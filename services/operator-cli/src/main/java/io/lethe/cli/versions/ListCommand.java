package io.lethe.cli.versions;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows where each version stands. */
@Command(
    name = "list",
    description = {
      "Show the versions, newest first: which is current, which is on trial, which could be rolled",
      "back to, and what was done by hand."
    })
final class ListCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Versions to show, 1000 at most (${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private CatalogOption catalog;

  ListCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    JsonNode versions =
        catalog.get("/v1/versions?limit=" + limit, clock, Roles.OPERATOR, Roles.APPROVER);
    console.result(
        Json.MAPPER.convertValue(versions, new TypeReference<LinkedHashMap<String, Object>>() {}),
        VersionTable.render(versions));
    return ExitCode.OK;
  }
}
