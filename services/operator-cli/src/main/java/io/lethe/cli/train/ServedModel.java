package io.lethe.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.schemas.sample.SampleRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tuned recommender and the rule by which its samples were made: whoever erases from it must make
 * them alike.
 *
 * @param folder Hugging Face folder with {@code recommender.json}, and {@code sample-rule.json}
 *     beside it
 */
public record ServedModel(Path folder, SampleRule rule) {
  private static final String RULE_FILE = "sample-rule.json";

  /** Writes the rule beside the recommender's own files. */
  static ServedModel describe(Path folder, SampleRule rule) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("historyMax", rule.historyMax());
    json.put("historyMin", rule.historyMin());
    json.put("likedAbove", rule.likedAbove());
    json.put("trainUntil", rule.trainUntil().toString());
    Files.writeString(folder.resolve(RULE_FILE), Json.line(json) + "\n");
    return new ServedModel(folder, rule);
  }

  /**
   * Reads a recommender folder.
   *
   * @throws CliException when it is none, or its rule is missing
   */
  public static ServedModel read(Path folder) {
    Path file = folder.resolve(RULE_FILE);
    if (!Files.isDirectory(folder)) {
      throw new CliException(
          "there is no recommender folder " + folder, "tune one with ./lethe train");
    }
    try {
      JsonNode json = Json.parse(Files.readString(file), file.toString());
      return new ServedModel(
          folder.toAbsolutePath().normalize(),
          new SampleRule(
              json.required("historyMax").asInt(),
              json.required("historyMin").asInt(),
              json.required("likedAbove").asDouble(),
              Instant.parse(json.required("trainUntil").asText())));
    } catch (IOException | IllegalArgumentException | DateTimeException failure) {
      throw new CliException(
          folder + " has no usable " + RULE_FILE + ", which tells how its samples were made",
          "tune the recommender with ./lethe train",
          failure);
    }
  }

  /** The model that the data directory serves. */
  public static ServedModel current(DataDirectory directory) {
    if (!Files.isRegularFile(directory.modelFile())) {
      throw new CliException(
          directory.root() + " has no recommender",
          "run ./lethe train --data-dir "
              + directory.root()
              + " first, or give --recommender FOLDER");
    }
    try {
      JsonNode json = Json.parse(Files.readString(directory.modelFile()), "model.json");
      return read(directory.root().resolve(json.required("recommender").asText()));
    } catch (IOException | IllegalArgumentException failure) {
      throw new CliException(
          directory.modelFile() + " cannot be read", "run ./lethe train again", failure);
    }
  }

  /** Makes this the model that the data directory serves. */
  public void makeCurrent(DataDirectory directory) {
    Path root = directory.root();
    Path named = folder.startsWith(root) ? root.relativize(folder) : folder;
    try {
      Files.writeString(
          directory.modelFile(), Json.line(Map.of("recommender", named.toString())) + "\n");
    } catch (IOException failure) {
      throw new CliException(
          directory.modelFile() + " cannot be written", "free some disk space", failure);
    }
  }
}
