package io.lethe.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/**
 * What a stack says that it runs, read anew from the file that other commands read, too.
 *
 * @param folder the stack's data directory
 */
record StackState(Path folder) {
  String bootstrapServers() {
    return json().required("bootstrapServers").asText();
  }

  String registryUrl() {
    return json().required("schemaRegistryUrl").asText();
  }

  /** One service's entry. */
  JsonNode node(String service) {
    return StreamSupport.stream(json().required("services").spliterator(), false)
        .filter(one -> one.required("name").asText().equals(service))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the stack runs no " + service));
  }

  /** Its process id, or -1 while it is down. */
  long pid(String service) {
    return node(service).required("pid").asLong();
  }

  String url(String service) {
    return node(service).required("url").asText();
  }

  /** Ends a service at once, as kill -9 does; returns the process id that it had. */
  long kill(String service) {
    long pid = pid(service);
    OwnedProcess.kill(pid);
    return pid;
  }

  JsonNode json() {
    try {
      return LetheCommand.MAPPER.readTree(Files.readString(folder.resolve("state.json")));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
