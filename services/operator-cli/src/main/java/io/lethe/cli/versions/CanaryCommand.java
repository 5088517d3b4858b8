package io.lethe.cli.versions;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has the next version answer a part of the traffic first. */
@Command(
    name = "canary",
    description = {
      "Have the next version answer a part of the traffic first, or change that part while it is on",
      "trial. Then promote it, or --end the trial. No request is complete by a trial alone, and",
      "other candidates wait meanwhile."
    })
final class CanaryCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Option(
      names = "--replicas",
      split = ",",
      paramLabel = "NAME",
      description = "Servers that answer from it alone, by their lethe.replica-id.")
  private List<String> replicas = new ArrayList<>();

  @Option(
      names = "--percent",
      paramLabel = "N",
      description = "Share of the subjects on every server, 1 to 99; always the same subjects.")
  private Integer percent;

  @Option(names = "--end", description = "End the trial, or the plan for one.")
  private boolean end;

  @Mixin private MoveOption move;

  CanaryCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    int given = (replicas.isEmpty() ? 0 : 1) + (percent == null ? 0 : 1) + (end ? 1 : 0);
    if (given != 1) {
      throw new CliException(
          "one of --replicas, --percent and --end is needed",
          "name servers, give a share, or end the trial",
          ExitCode.USAGE,
          null);
    }
    if (end) {
      return move.ask(console, clock, "/v1/canary/end", Map.of());
    }
    return move.ask(
        console,
        clock,
        "/v1/canary",
        percent == null ? Map.of("replicas", replicas) : Map.of("percent", percent));
  }
}
