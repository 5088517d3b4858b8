package io.lethe.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Results of the steps of a long run, one file each, named by the digest of all that shaped them. A
 * file appears whole or not at all, so a run that was killed goes on with the first step that is
 * not there.
 *
 * @param folder of the files; made on first use
 */
public record Stages(Path folder) {
  private static final int KEY_DIGITS = 16;
  private static final ObjectWriter PRETTY = Json.MAPPER.writerWithDefaultPrettyPrinter();

  /**
   * The result of a step: read where it was made before, else made and kept.
   *
   * @param name of the step, for people; part of the file's name
   * @param inputs all that shapes the result
   */
  public <T> T once(String name, Object inputs, Class<T> type, Supplier<T> step) {
    Path file = file(name, inputs);
    if (Files.isRegularFile(file)) {
      return read(file, type);
    }
    T result = step.get();
    write(file, result);
    return result;
  }

  /** Whether the step was made before. */
  public boolean has(String name, Object inputs) {
    return Files.isRegularFile(file(name, inputs));
  }

  private Path file(String name, Object inputs) {
    return folder.resolve(name + "-" + key(inputs) + ".json");
  }

  /** Hex digits that differ where the inputs' JSON differs. */
  public static String key(Object inputs) {
    return digest(Json.line(inputs)).substring(0, KEY_DIGITS);
  }

  /** Hex SHA-256 of a text. */
  public static String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /** Reads JSON that {@link #write} wrote. */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return Json.MAPPER.readValue(file.toFile(), type);
    } catch (JsonProcessingException malformed) {
      throw new CliException(
          file + " is not what this version writes",
          "remove it, so that it is made again",
          malformed);
    } catch (IOException failure) {
      throw new CliException(file + " cannot be read", "check the folder's rights", failure);
    }
  }

  /** Writes JSON under another name, on disk before it gets its own. */
  public static void write(Path file, Object value) {
    write(file, (Json.line(value) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #write}, laid out for people. */
  public static void writePretty(Path file, Object value) {
    try {
      write(file, (PRETTY.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a result that is not JSON", impossible);
    }
  }

  /** Writes bytes under another name, on disk before they get their own. */
  public static void write(Path file, byte[] content) {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(unfinished, content);
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new CliException(
          file + " cannot be written (" + failure.getMessage() + ")",
          "free some disk space or choose another --out",
          failure);
    }
  }
}
