package io.lethe.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where commands write: results to standard output in the chosen format, everything else (progress,
 * notices, errors) to standard error, so that output can be piped.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private OutputFormat format = OutputFormat.text;

  /**
   * @param terminal whether a person watches standard error on a terminal
   */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The process's own streams. */
  public static Console ofProcess() {
    return new Console(System.out, System.err, System.console() != null);
  }

  public void useFormat(OutputFormat chosen) {
    format = chosen;
  }

  public boolean isJson() {
    return format == OutputFormat.json;
  }

  /** One line of the story: on standard output for people, on standard error beside JSON. */
  public synchronized void say(String line) {
    (isJson() ? err : out).println(line);
    (isJson() ? err : out).flush();
  }

  /** Something worth knowing that is not the result. */
  public synchronized void notice(String line) {
    err.println(line);
    err.flush();
  }

  /** The command's result: one JSON line, or the lines for people. */
  public synchronized void result(Map<String, ?> json, String text) {
    out.println(isJson() ? Json.line(json) : text);
    out.flush();
  }

  /** Where help is printed. */
  PrintStream help() {
    return out;
  }

  /**
   * A progress display on standard error.
   *
   * @param total units to do, at least 1
   */
  public ProgressDisplay progress(String task, String unit, long total) {
    return terminal
        ? new ProgressDisplay.Bar(task, unit, total, err)
        : new ProgressDisplay.Lines(task, unit, total, this);
  }
}
