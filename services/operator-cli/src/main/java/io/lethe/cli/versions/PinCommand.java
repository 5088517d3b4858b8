package io.lethe.cli.versions;

import io.lethe.cli.Console;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps the current version current, or no longer. */
@Command(
    name = "pin",
    description = {
      "Keep the current version current: no candidate takes its place that forgets nobody more. One",
      "that forgets somebody does, and ends the pin. Only whoever pinned a version may --remove the",
      "pin or roll back; two others may override it."
    })
final class PinCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "VERSION", description = "The current version.")
  private long version;

  @Option(names = "--remove", description = "Take the pin away again.")
  private boolean remove;

  @Mixin private MoveOption move;

  PinCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return move.ask(
        console, clock, "/v1/versions/" + version + (remove ? "/unpin" : "/pin"), Map.of());
  }
}
