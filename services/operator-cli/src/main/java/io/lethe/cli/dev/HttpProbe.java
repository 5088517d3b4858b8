package io.lethe.cli.dev;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks a health page whether its service is ready. */
final class HttpProbe implements BooleanSupplier {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int OK = 200;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  private final HttpRequest request;

  HttpProbe(URI uri) {
    request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET().build();
  }

  @Override
  public boolean getAsBoolean() {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
