package io.lethe.faults;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a test that shows a fault went when it last ran with results kept.
 *
 * @param date of the run, ISO 8601, UTC
 * @param outcome passed, failed, or skipped with its reason
 * @param seconds that the test took, what it started included
 * @param measured figures by name, as the test reported them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaultResult(
    String date, String outcome, double seconds, Map<String, String> measured) {
  static final String PASSED = "passed";
  static final Path FOLDER = Path.of("docs", "testing", "fault-results");
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public FaultResult {
    measured = new TreeMap<>(measured);
  }

  /** What was kept of a test, if it ever was. */
  static Optional<FaultResult> read(Path root, String test) {
    Path file = file(root, test);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(file.toFile(), FaultResult.class));
    } catch (IOException failure) {
      throw new IllegalStateException(file + " is no result; run its test again", failure);
    }
  }

  /** Keeps the result, a file a test, so that two runs of different tests never meet. */
  void write(Path root, String test) throws IOException {
    Path file = file(root, test);
    Files.createDirectories(file.getParent());
    Files.writeString(file, MAPPER.writeValueAsString(this) + "\n");
  }

  private static Path file(Path root, String test) {
    return root.resolve(FOLDER).resolve(test + ".json");
  }
}
