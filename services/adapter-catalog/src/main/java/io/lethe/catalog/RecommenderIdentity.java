package io.lethe.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the digest of the recommender that every version must be trained on. */
final class RecommenderIdentity {
  private static final String MANIFEST = "recommender.json";
  private static final String DIGEST_FIELD = "digest";
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private RecommenderIdentity() {}

  /**
   * The configured digest, else the one that the folder's manifest names.
   *
   * @throws IllegalArgumentException naming the key and the remedy when there is none
   */
  static String digest(Optional<String> configured, Optional<Path> folder) {
    if (configured.isPresent()) {
      return requireSha256("lethe.recommender-digest", configured.get());
    }
    Path manifest =
        folder
            .map(path -> path.resolve(MANIFEST))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no recommender is named: set lethe.recommender-digest, or"
                            + " lethe.recommender-folder to a folder with "
                            + MANIFEST));
    return requireSha256(
        "field " + DIGEST_FIELD + " of " + MANIFEST + " in lethe.recommender-folder",
        read(manifest).path(DIGEST_FIELD).asText(""));
  }

  private static JsonNode read(Path manifest) {
    if (!Files.isRegularFile(manifest)) {
      throw new IllegalArgumentException(
          "lethe.recommender-folder holds no "
              + MANIFEST
              + ": name the folder that tuning wrote, or set lethe.recommender-digest");
    }
    try {
      return new ObjectMapper().readTree(manifest.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          MANIFEST + " in lethe.recommender-folder is not JSON: tune the recommender again", e);
    }
  }

  private static String requireSha256(String field, String value) {
    if (!SHA_256.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field
              + " must be 64 lower-case hex digits, but has "
              + value.length()
              + " characters: take it from the output of tuning");
    }
    return value;
  }
}
