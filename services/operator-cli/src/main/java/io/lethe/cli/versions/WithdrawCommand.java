package io.lethe.cli.versions;

import io.lethe.cli.Console;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a version back. */
@Command(
    name = "withdraw",
    description = {
      "Take a version back for good; its adapter is never released again. The newest version that",
      "covers the minimum watermark takes its place at once. Where there is none it is refused,",
      "unless --wait says that servers are to stop answering until a new candidate covers it."
    })
final class WithdrawCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Parameters(paramLabel = "VERSION", description = "Its number.")
  private long version;

  @Option(names = "--wait", description = "Withdraw even where servers then answer nobody for now.")
  private boolean leaveNothing;

  @Mixin private MoveOption move;

  WithdrawCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return move.ask(
        console, clock, "/v1/versions/" + version + "/withdraw", Map.of("wait", leaveNothing));
  }
}
