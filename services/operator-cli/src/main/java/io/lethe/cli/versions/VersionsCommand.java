package io.lethe.cli.versions;

import io.lethe.cli.Console;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The group of commands about versions. */
@Command(
    name = "versions",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "List the versions of a model, and move them: withdraw, rollback, canary, promote, pin,",
      "override. Moves need the role release-approver, and may be repeated: what was done before is",
      "answered as done. None of them, and no override, has a version served that remembers a",
      "request already served as forgotten."
    })
public final class VersionsCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The group with all its commands. */
  public static CommandLine of(Console console, Clock clock) {
    return new CommandLine(new VersionsCommand())
        .addSubcommand(new ListCommand(console, clock))
        .addSubcommand(new WithdrawCommand(console, clock))
        .addSubcommand(new RollbackCommand(console, clock))
        .addSubcommand(new CanaryCommand(console, clock))
        .addSubcommand(new PromoteCommand(console, clock))
        .addSubcommand(new PinCommand(console, clock))
        .addSubcommand(new OverrideCommand(console, clock));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
