package io.lethe.cli.versions;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a rule aside for a time, by two persons. */
@Command(
    name = "override",
    description = {
      "Set a rule aside for a time. It takes two persons: one runs this with --rule, another with",
      "--rule and --approve before lethe.override-approval-limit of the catalog is over. After",
      "lethe.override-limit the rule holds again. The watermark is no rule that can be set aside."
    })
final class OverrideCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "pin: release candidates over a pin. utility-floor: release a candidate that failed the"
              + " gate of that name and no other, once its forget set is redriven.")
  private String rule;

  @Option(names = "--approve", description = "Agree, as the second person.")
  private boolean approve;

  @Option(names = "--revoke", description = "Have the rule hold again at once.")
  private boolean revoke;

  @Mixin private MoveOption move;

  OverrideCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (revoke == (rule != null) || (revoke && approve)) {
      throw new CliException(
          "either --rule or --revoke is needed",
          "name the rule to set aside, with --approve as the second person; or revoke",
          ExitCode.USAGE,
          null);
    }
    if (revoke) {
      return move.ask(console, clock, "/v1/override/revoke", Map.of());
    }
    return move.ask(
        console, clock, approve ? "/v1/override/approve" : "/v1/override", Map.of("rule", rule));
  }
}
