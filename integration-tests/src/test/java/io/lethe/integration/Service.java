package io.lethe.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * One service, seen over HTTP.
 *
 * @param token sent with every request; null for none
 */
record Service(String base, String token) {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** An answer: status, headers and body. */
  record Answer(int status, java.net.http.HttpHeaders headers, String body) {
    JsonNode json() {
      try {
        return LetheCommand.MAPPER.readTree(body);
      } catch (IOException notJson) {
        throw new UncheckedIOException("not JSON: " + body, notJson);
      }
    }

    String header(String name) {
      return headers.firstValue(name).orElseThrow();
    }
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  /** The answer, or nothing while the service is down. */
  Optional<Answer> tryGet(String path) {
    try {
      return Optional.of(get(path));
    } catch (UncheckedIOException down) {
      return Optional.empty();
    }
  }

  Answer post(String path, String json, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    for (int i = 0; i + 1 < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  /** As {@link #post}, or nothing while the service is down. */
  Optional<Answer> tryPost(String path, String json) {
    try {
      return Optional.of(post(path, json));
    } catch (UncheckedIOException down) {
      return Optional.empty();
    }
  }

  Answer delete(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + path)).DELETE());
  }

  /** What asks for no token. */
  Service(String base) {
    this(base, null);
  }

  /** The same service, seen by another caller. */
  Service as(String otherToken) {
    return new Service(base, otherToken);
  }

  /** Any request without a body but an empty JSON object. */
  Answer call(String method, String path) {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString("{}")
                    : HttpRequest.BodyPublishers.noBody()));
  }

  private Answer send(HttpRequest.Builder request) {
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response =
          CLIENT.send(
              request.timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
