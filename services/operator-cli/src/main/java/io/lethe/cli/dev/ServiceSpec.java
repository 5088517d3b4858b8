package io.lethe.cli.dev;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one child process is started and known to be ready.
 *
 * @param name unique in the stack; also the log file's name
 * @param url where people and other commands reach it
 * @param readyUri answers 200 when the service may be used
 * @param environment added to this process's own
 * @param log the file that receives what the process prints
 */
public record ServiceSpec(
    String name,
    URI url,
    URI readyUri,
    List<String> command,
    Map<String, String> environment,
    Path log) {
  public ServiceSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
