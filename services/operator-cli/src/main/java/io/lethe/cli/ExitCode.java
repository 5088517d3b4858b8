package io.lethe.cli;

/** What the process answers its caller with. */
public final class ExitCode {
  public static final int OK = 0;

  /** Something failed; the last line says what and the remedy. */
  public static final int FAILURE = 1;

  /** The command line was not understood. */
  public static final int USAGE = 2;

  /** The system refused a candidate at a gate, so nothing was released. */
  public static final int GATE_REFUSED = 3;

  private ExitCode() {}
}
