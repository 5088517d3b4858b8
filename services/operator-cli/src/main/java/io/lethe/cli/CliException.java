package io.lethe.cli;

/** A failure that an operator can mend: one line that says what happened and what to do. */
public class CliException extends RuntimeException {
  private final int exitCode;

  /**
   * @param problem what happened, without a full stop
   * @param remedy what to do about it, an imperative, without a full stop
   */
  public CliException(String problem, String remedy) {
    this(problem, remedy, ExitCode.FAILURE, null);
  }

  /** As above, keeping the cause for {@code --stack-trace}. */
  public CliException(String problem, String remedy, Throwable cause) {
    this(problem, remedy, ExitCode.FAILURE, cause);
  }

  /**
   * @param exitCode one of {@link ExitCode}
   */
  public CliException(String problem, String remedy, int exitCode, Throwable cause) {
    super(problem + "; " + remedy + ".", cause);
    this.exitCode = exitCode;
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
