package io.lethe.cli.dev;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What runs, where: the content of {@code state.json}.
 *
 * @param pid of the process that runs the stack; the broker lives in it
 * @param startedAt ISO-8601
 * @param recommender folder of the recommender served
 * @param services in the order of their start, the registry first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DevState(
    String dataDirectory,
    long pid,
    String startedAt,
    String modelId,
    String bootstrapServers,
    int controllerPort,
    String schemaRegistryUrl,
    String recommender,
    List<Service> services) {

  /**
   * One child process.
   *
   * @param pid -1 while it is down
   * @param state of its lifecycle, for example READY
   * @param startedAtMillis when the process began by the system's account, to tell it from a later
   *     one of the same id
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Service(
      String name, String url, long pid, String state, String log, long startedAtMillis) {}

  /** The state last written to the folder, if any. */
  public static Optional<DevState> find(DataDirectory directory) {
    try {
      JsonNode tree = Json.parse(Files.readString(directory.stateFile()), "state.json");
      return Optional.of(Json.MAPPER.treeToValue(tree, DevState.class));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new CliException(
          directory.stateFile() + " cannot be read",
          "remove it and start the stack again",
          failure);
    }
  }

  /**
   * The stack that runs on the folder.
   *
   * @throws CliException when none does
   */
  public static DevState running(DataDirectory directory) {
    return findRunning(directory)
        .orElseThrow(
            () ->
                new CliException(
                    "no development stack runs on " + directory.root(),
                    "start one with ./lethe start-dev, or give its --data-dir"));
  }

  /** The stack that runs on the folder, if one does. */
  public static Optional<DevState> findRunning(DataDirectory directory) {
    return find(directory)
        .filter(state -> ProcessHandle.of(state.pid()).map(ProcessHandle::isAlive).orElse(false));
  }

  /** Replaces the file in one step, so that a reader never sees half of it. */
  void write(DataDirectory directory) {
    Path file = directory.stateFile();
    Path temporary = file.resolveSibling("state.json.new");
    try {
      Files.writeString(temporary, Json.line(this) + "\n");
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new CliException(
          file + " cannot be written (" + failure.getMessage() + ")",
          "free some disk space or choose another --data-dir",
          failure);
    }
  }

  /**
   * Where a service listens.
   *
   * @throws CliException when the stack has no such service
   */
  public String url(String service) {
    return services.stream()
        .filter(one -> one.name().equals(service))
        .map(Service::url)
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "the running stack has no " + service,
                    "start it again with ./lethe start-dev"));
  }

  /** Those services whose name begins so, for example every recommendation server. */
  public List<Service> servicesNamed(String prefix) {
    return services.stream().filter(one -> one.name().startsWith(prefix)).toList();
  }
}
