package io.lethe.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Where libraries inside the command line log: into a file, never between a command's lines. */
public final class Logs {
  private static final int FILE_BYTES_MAX = 16 * 1024 * 1024;
  private static final int FILES_MAX = 2;
  private static final String LINE_FORMAT = "%1$tFT%1$tT.%1$tL %4$-7s %3$s %5$s%6$s%n";

  private Logs() {}

  /** Drops what libraries log. */
  public static void discard() {
    LogManager.getLogManager().reset();
  }

  /**
   * Sends what libraries log from INFO up to a file of bounded size.
   *
   * @throws CliException when the file cannot be written
   */
  public static void toFile(Path file) {
    System.setProperty("java.util.logging.SimpleFormatter.format", LINE_FORMAT);
    try {
      Handler handler = new FileHandler(file.toString(), FILE_BYTES_MAX, FILES_MAX, true);
      handler.setFormatter(new SimpleFormatter());
      handler.setLevel(Level.INFO);
      LogManager.getLogManager().reset();
      Logger.getLogger("").addHandler(handler);
      Logger.getLogger("").setLevel(Level.INFO);
    } catch (IOException failure) {
      throw new CliException(
          "the log file " + file + " cannot be written (" + failure.getMessage() + ")",
          "choose another --data-dir",
          failure);
    }
  }
}
