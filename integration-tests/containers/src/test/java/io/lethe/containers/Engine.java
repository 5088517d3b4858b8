package io.lethe.containers;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;

/** The container engine that the tests run on: podman's or Docker's, whichever answers. */
final class Engine {
  private static final Path HOME = Path.of(System.getProperty("lethe.home")).toAbsolutePath();

  // Held, or the level would go with the logger. It reports a missing engine over many lines.
  private static final Logger TESTCONTAINERS = Logger.getLogger("org.testcontainers");
  private static final boolean AVAILABLE = isAvailable();

  private Engine() {}

  /** Skips the test where no engine answers. */
  static void require() {
    if (!AVAILABLE) {
      abort(
          "no container engine answers; start Docker, or set what `docker/engine.sh start` prints");
    }
  }

  private static boolean isAvailable() {
    TESTCONTAINERS.setLevel(Level.OFF);
    boolean available = DockerClientFactory.instance().isDockerAvailable();
    TESTCONTAINERS.setLevel(Level.WARNING);
    return available;
  }

  /** Where ports that containers publish are reached. */
  static String host() {
    return DockerClientFactory.instance().dockerHostIpAddress();
  }

  /** Makes the images that are missing; returns their names by what is in them. */
  static Map<String, String> images(String... contents) {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("docker/images.sh").toString()));
    command.addAll(List.of(contents));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("docker/images.sh failed; it says why above");
      }
      return output
          .lines()
          .map(line -> line.split(" ", 2))
          .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
