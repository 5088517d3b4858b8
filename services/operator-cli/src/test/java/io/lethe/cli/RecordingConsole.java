package io.lethe.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A console whose streams can be read back, and a command line that runs on it. */
public final class RecordingConsole {
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-01T00:00:00Z"), ZoneOffset.UTC);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          false);

  public Console console() {
    return console;
  }

  public int run(String... arguments) {
    return LetheCommand.run(console, CLOCK, arguments);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8).strip();
  }
}
