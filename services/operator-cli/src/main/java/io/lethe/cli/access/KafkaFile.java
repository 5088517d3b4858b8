package io.lethe.cli.access;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Reads what Kafka's own tools call a client's or command's configuration file. */
public final class KafkaFile {
  private KafkaFile() {}

  /**
   * The file's properties.
   *
   * @param file null for none
   */
  public static Map<String, Object> read(Path file) {
    Map<String, Object> settings = new HashMap<>();
    if (file == null) {
      return settings;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      properties.forEach((key, value) -> settings.put((String) key, value));
      return settings;
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new CliException(
          "the file " + file + " cannot be read as properties",
          "give one that Kafka's own tools take as --command-config",
          unreadable);
    }
  }
}
