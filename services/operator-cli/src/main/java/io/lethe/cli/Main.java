package io.lethe.cli;

import java.time.Clock;

/** The launcher's main class; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int exitCode = LetheCommand.run(Console.ofProcess(), Clock.systemUTC(), args);
    // checkstyle off: this is the launcher's main method.
    System.exit(exitCode);
    // checkstyle on
  }
}
