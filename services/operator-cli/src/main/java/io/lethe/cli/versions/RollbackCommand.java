package io.lethe.cli.versions;

import io.lethe.cli.Console;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves an earlier version's adapter again. */
@Command(
    name = "rollback",
    description = {
      "Serve an earlier version's adapter again, under a new number. Only a version whose watermark",
      "covers the minimum can be rolled back to; lethe versions list says which. With --pin it stays",
      "current until it is unpinned or requests must be forgotten that it remembers."
    })
final class RollbackCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "VERSION", description = "The version to go back to.")
  private long version;

  @Option(names = "--pin", description = "Pin it at once.")
  private boolean pin;

  @Mixin private MoveOption move;

  RollbackCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return move.ask(console, clock, "/v1/versions/" + version + "/rollback", Map.of("pin", pin));
  }
}
