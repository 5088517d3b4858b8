package io.lethe.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the launcher as an operator does. */
final class LetheCommand {
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final Path HOME = Path.of(System.getProperty("lethe.home")).toAbsolutePath();
  private static final long TIMEOUT_MINUTES = 10;

  private LetheCommand() {}

  /** What a finished command left: its exit code and what it wrote to standard output. */
  record Result(int exitCode, String output) {
    /** The last line of the output as JSON. */
    JsonNode json() {
      String[] lines = output.strip().split("\n");
      try {
        return MAPPER.readTree(lines[lines.length - 1]);
      } catch (IOException notJson) {
        throw new UncheckedIOException("the command printed: " + output, notJson);
      }
    }
  }

  /** Starts a command; its notices go to a log. */
  static Process start(Path log, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("lethe").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      return builder.start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Runs a command to its end. */
  static Result run(Path log, String... arguments) {
    Process process = start(log, arguments);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("lethe did not end: " + String.join(" ", arguments));
      }
      return new Result(process.exitValue(), output);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** A token of that person with these roles, for the stack in that folder. */
  static String token(Path log, Path folder, String name, String... roles) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "token", "--name", name, "--valid-for", "PT4H", "--data-dir", folder.toString()));
    for (String role : roles) {
      command.addAll(List.of("--role", role));
    }
    Result result = run(log, command.toArray(String[]::new));
    if (result.exitCode() != 0) {
      throw new IllegalStateException("lethe token failed; see " + log);
    }
    return result.output().strip();
  }

  /** The first JSON line of a command that goes on running. */
  static JsonNode firstLine(Process process, Path log) {
    try {
      BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
      String line = reader.readLine();
      if (line == null) {
        throw new IllegalStateException("lethe ended without an answer; see " + log);
      }
      return MAPPER.readTree(line);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
