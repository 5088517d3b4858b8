package io.lethe.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the digest of the recommender that every version must be trained on: SHA-256 over the hex
 * SHA-256 of config.json, model.safetensors (or each shard that its index names, by name),
 * tokenizer.json and the id of the prompt template, joined by line feeds. Workers and servers
 * compute the same from the same folder; a difference is refused at the first candidate.
 */
final class RecommenderIdentity {
  private static final String CONFIGURATION = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String MANIFEST = "recommender.json";
  private static final String TEMPLATE_FIELD = "templateId";
  private static final int CHUNK_BYTES = 1 << 16;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private RecommenderIdentity() {}

  /**
   * The configured digest, else that of the folder.
   *
   * @throws IllegalArgumentException naming the key and the remedy when there is none
   */
  static String digest(Optional<String> configured, Optional<Path> folder) {
    if (configured.isPresent()) {
      return requireSha256(configured.get());
    }
    return digestOf(
        folder.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no recommender is named: set lethe.recommender-folder to the folder that"
                        + " tuning wrote, or lethe.recommender-digest")));
  }

  private static String digestOf(Path folder) {
    List<String> parts = new ArrayList<>();
    parts.add(sha256(require(folder, CONFIGURATION)));
    for (String name : weightFiles(folder)) {
      parts.add(sha256(require(folder, name)));
    }
    parts.add(sha256(require(folder, TOKENIZER)));
    parts.add(templateOf(require(folder, MANIFEST)));
    MessageDigest digest = newSha256();
    digest.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static SortedSet<String> weightFiles(Path folder) {
    SortedSet<String> names = new TreeSet<>();
    Path index = folder.resolve(INDEX);
    if (Files.isRegularFile(folder.resolve(WEIGHTS)) || !Files.isRegularFile(index)) {
      names.add(WEIGHTS);
      return names;
    }
    for (JsonNode name : json(index).path("weight_map")) {
      names.add(name.asText());
    }
    if (names.isEmpty() || !names.stream().allMatch(RecommenderIdentity::isInsideTheFolder)) {
      throw new IllegalArgumentException(
          INDEX
              + " in lethe.recommender-folder has no weight_map that names files of the folder: tune"
              + " the recommender again, or set lethe.recommender-digest");
    }
    return names;
  }

  private static boolean isInsideTheFolder(String name) {
    return Path.of(name).equals(Path.of(name).getFileName());
  }

  private static Path require(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "lethe.recommender-folder holds no "
              + name
              + ": name the folder that tuning wrote, or set lethe.recommender-digest");
    }
    return file;
  }

  private static String templateOf(Path manifest) {
    String template = json(manifest).path(TEMPLATE_FIELD).asText("");
    if (template.isEmpty()) {
      throw new IllegalArgumentException(
          MANIFEST
              + " in lethe.recommender-folder has no "
              + TEMPLATE_FIELD
              + ": tune the recommender again");
    }
    return template;
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file.getFileName()
              + " in lethe.recommender-folder is not JSON: tune the recommender again",
          e);
    }
  }

  private static String sha256(Path file) {
    MessageDigest digest = newSha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
      while (content.read(chunk) >= 0) {
        continue;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file.getFileName() + " in lethe.recommender-folder cannot be read: check its permissions",
          e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform carries SHA-256", e);
    }
  }

  private static String requireSha256(String value) {
    if (!SHA_256.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "lethe.recommender-digest must be 64 lower-case hex digits, but has "
              + value.length()
              + " characters: take it from the output of tuning");
    }
    return value;
  }
}
