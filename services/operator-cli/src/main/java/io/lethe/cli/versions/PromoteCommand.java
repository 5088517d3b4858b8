package io.lethe.cli.versions;

import io.lethe.cli.Console;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the version on trial that of every server. */
@Command(
    name = "promote",
    description = {
      "Have every server serve the version on trial. Without it that happens by itself when the",
      "trial has lasted for lethe.canary-limit of the catalog."
    })
final class PromoteCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "VERSION", description = "The version on trial.")
  private long version;

  @Mixin private MoveOption move;

  PromoteCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return move.ask(console, clock, "/v1/versions/" + version + "/promote", Map.of());
  }
}
