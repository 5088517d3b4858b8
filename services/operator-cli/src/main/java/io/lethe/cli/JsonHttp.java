package io.lethe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks services over HTTP with a bearer token, and turns their problem+json into one line with the
 * remedy.
 */
public final class JsonHttp {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
  private static final int CLIENT_ERROR = 400;
  private static final int NOT_FOUND = 404;
  private static final int UNAUTHENTICATED = 401;
  private static final int FORBIDDEN = 403;

  private final Supplier<String> tokens;
  private final Duration requestTimeout;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * Waits a minute for each answer.
   *
   * @param tokens gives the token of each request
   */
  public JsonHttp(Supplier<String> tokens) {
    this(tokens, REQUEST_TIMEOUT);
  }

  /**
   * @param tokens gives the token of each request
   * @param requestTimeout longest wait for an answer
   */
  public JsonHttp(Supplier<String> tokens, Duration requestTimeout) {
    this.tokens = tokens;
    this.requestTimeout = requestTimeout;
  }

  /**
   * An answer below 400.
   *
   * @param headers first value each, names in lower case
   */
  public record Answer(int status, Map<String, String> headers, JsonNode body) {}

  /**
   * @throws CliException when the service cannot be reached or refuses
   */
  public Answer get(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).GET(), url);
  }

  /** As {@link #get}, or nothing where the service knows no such thing. */
  public Optional<Answer> find(String url) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).GET();
    HttpResponse<String> response = exchange(request, url);
    return response.statusCode() == NOT_FOUND
        ? Optional.empty()
        : Optional.of(answer(response, url));
  }

  /** As {@link #get}, sending the value as JSON. */
  public Answer post(String url, Object value) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(value))),
        url);
  }

  private Answer send(HttpRequest.Builder builder, String url) {
    return answer(exchange(builder, url), url);
  }

  private static Answer answer(HttpResponse<String> response, String url) {
    if (response.statusCode() >= CLIENT_ERROR) {
      throw refused(response, url);
    }
    Map<String, String> headers = new java.util.TreeMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
    return new Answer(response.statusCode(), headers, Json.parse(response.body(), url));
  }

  private HttpResponse<String> exchange(HttpRequest.Builder builder, String url) {
    HttpRequest request =
        builder
            .header("Accept", "application/json")
            .header("Authorization", "Bearer " + tokens.get())
            .timeout(requestTimeout)
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new CliException(
          url + " cannot be reached (" + unreachable.getClass().getSimpleName() + ")",
          "check with ./lethe status that the service runs, and see its log",
          unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
  }

  private static CliException refused(HttpResponse<String> response, String url) {
    String title = "answer " + response.statusCode();
    String detail = remedy(response.statusCode());
    if (response.headers().firstValue("content-type").orElse("").contains("json")) {
      JsonNode problem = Json.parse(response.body(), url);
      title = problem.path("title").asText(title);
      detail = problem.path("detail").asText(detail);
    }
    return new CliException(
        URI.create(url).getPath() + " refused: " + title, detail.replaceFirst("\\.$", ""));
  }

  private static String remedy(int status) {
    return switch (status) {
      case UNAUTHENTICATED ->
          "give a token that has not expired with --token or LETHE_TOKEN; in development leave both"
              + " out";
      case FORBIDDEN -> "give a token with a role that may do this, see docs/operating/security.md";
      default -> "see the service's log";
    };
  }
}
