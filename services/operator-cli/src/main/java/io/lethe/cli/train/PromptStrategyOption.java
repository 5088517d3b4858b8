package io.lethe.cli.train;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import io.lethe.engine.EngineException;
import io.lethe.engine.PromptStrategy;
import picocli.CommandLine.Option;

/** Which earlier interactions prompts show. */
public final class PromptStrategyOption {
  @Option(
      names = "--prompt-strategy",
      paramLabel = "NAME",
      defaultValue = "recent",
      description = {
        "Which earlier interactions prompts show: recent, the latest; similar:K, the K nearest in",
        "meaning to the item asked about; demonstrations:N, the latest N as questions with their",
        "answers (${DEFAULT-VALUE})."
      })
  private String strategy;

  /** What was asked for. */
  public PromptStrategy strategy() {
    try {
      return PromptStrategy.of(strategy);
    } catch (EngineException unknown) {
      throw new CliException(
          "--prompt-strategy cannot be used: " + unknown.getMessage(),
          "see --help",
          ExitCode.USAGE,
          unknown);
    }
  }
}
