package io.lethe.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Talks JSON to one service. */
final class ServiceClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int NOT_FOUND = 404;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final String name;
  private final String base;

  ServiceClient(String name, String base) {
    this.name = name;
    this.base = base;
  }

  String name() {
    return name;
  }

  /** The document at a path, or nothing while there is none. */
  Optional<JsonNode> find(String path) {
    HttpResponse<String> response = send(request(path).GET().build(), path);
    if (response.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    return Optional.of(parsed(response, path));
  }

  JsonNode get(String path) {
    return parsed(send(request(path).GET().build(), path), path);
  }

  JsonNode post(String path, Map<String, ?> body) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(body)))
            .build();
    return parsed(send(request, path), path);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(TIMEOUT)
        .header("Accept", "application/json, application/problem+json");
  }

  private HttpResponse<String> send(HttpRequest request, String path) {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new CliException(
          name + " did not answer " + path + " (" + unreachable.getClass().getSimpleName() + ")",
          "look at its log in the data directory",
          unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the call was interrupted", "run the command again", interrupted);
    }
  }

  private JsonNode parsed(HttpResponse<String> response, String path) {
    JsonNode body = Json.parse(response.body(), name + "'s answer to " + path);
    if (response.statusCode() / 100 != 2) {
      throw new CliException(
          name
              + " answered "
              + response.statusCode()
              + " to "
              + path
              + " ("
              + body.path("title").asText("no title")
              + ")",
          body.path("detail").asText("look at its log in the data directory"));
    }
    return body;
  }
}
