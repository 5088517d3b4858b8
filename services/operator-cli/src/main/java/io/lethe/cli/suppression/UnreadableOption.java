package io.lethe.cli.suppression;

import picocli.CommandLine.Option;

/** How many requests for erasure may be unreadable, for commands that must know them all. */
public final class UnreadableOption {
  @Option(
      names = "--unreadable-requests-max",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Go on although so many records of deletion.requested cannot be read (${DEFAULT-VALUE}).",
        "Look at them first: ./lethe redrive shows each; whom they name is not left out."
      })
  private long max;

  public long max() {
    return max;
  }
}
