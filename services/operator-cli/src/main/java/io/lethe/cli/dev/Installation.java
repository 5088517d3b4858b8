package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the built parts of Lethe lie.
 *
 * @param home the repository's root
 * @param java the command that starts a JVM like this one
 */
public record Installation(Path home, Path java) {
  /** The one that this process was started from, by the launcher's word. */
  public static Installation current() {
    String home = System.getProperty("lethe.home");
    if (home == null) {
      throw new CliException(
          "the folder of this installation is unknown", "start the command line by ./lethe");
    }
    return new Installation(Path.of(home), Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  /** Tells whether the service's module has code at all. */
  boolean has(String module) {
    return Files.isDirectory(home.resolve("services").resolve(module).resolve("src/main"));
  }

  /**
   * A service's runnable jar.
   *
   * @throws CliException when it is not built
   */
  Path serviceJar(String module) {
    Path jar =
        home.resolve("services").resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.isRegularFile(jar)) {
      throw notBuilt(module);
    }
    return jar;
  }

  /**
   * The schema registry's runnable jar.
   *
   * @throws CliException when it is not unpacked
   */
  Path registryJar() {
    return registryJar(home.resolve("services/operator-cli/target/registry"))
        .orElseThrow(() -> notBuilt("operator-cli"));
  }

  static Optional<Path> registryJar(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private static CliException notBuilt(String module) {
    return new CliException(
        module + " is not built", "start the command line by ./lethe, or run mvn package first");
  }
}
