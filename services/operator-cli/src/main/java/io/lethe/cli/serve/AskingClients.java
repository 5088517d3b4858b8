package io.lethe.cli.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections that ask the servers in a closed loop: each sends its next request when the last one
 * is answered. Every answer is held against what the adapter that it names was computed to say.
 */
final class AskingClients implements AutoCloseable {
  private static final int OK = 200;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** When a request was sent and answered, by {@link System#nanoTime()}. */
  record Timed(long beganNanos, long endedNanos) {}

  private final List<URI> servers;
  private final String token;
  private final String body;
  private final List<String> ranked;
  private final RecognisableAdapters adapters;
  private final ExecutorService threads;
  private final List<Future<List<Timed>>> loops = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong newestVersion = new AtomicLong(-1);
  private volatile boolean done;

  /**
   * Starts asking.
   *
   * @param servers base addresses, used in turn by the connections
   * @param token of every request, valid for as long as the run may take
   * @param ranked the items that each request has ranked, in the order of the expected scores
   */
  AskingClients(
      List<String> servers,
      String token,
      String subjectRef,
      List<String> ranked,
      RecognisableAdapters adapters,
      int clients) {
    this.servers = servers.stream().map(base -> URI.create(base + "/v1/recommendations")).toList();
    this.token = token;
    this.ranked = ranked;
    this.adapters = adapters;
    this.body =
        Json.line(Map.of("subjectRef", subjectRef, "candidates", ranked, "topN", ranked.size()));
    this.threads = Executors.newFixedThreadPool(clients);
    for (int client = 0; client < clients; client++) {
      URI server = this.servers.get(client % this.servers.size());
      loops.add(threads.submit(() -> loop(server)));
    }
  }

  /** Answers so far. */
  long answered() {
    return answered.get();
  }

  /** Answers whose scores are not those of the adapter they name. */
  int wrong() {
    return wrong.get();
  }

  /** Requests that got no answer. */
  int failed() {
    return failed.get();
  }

  /** The highest version that an answer came from. */
  long newestVersion() {
    return newestVersion.get();
  }

  /**
   * Stops asking, and gives the times of all answers.
   *
   * @throws CliException when a connection ended by itself
   */
  List<Timed> stop() {
    done = true;
    List<Timed> all = new ArrayList<>();
    try {
      for (Future<List<Timed>> loop : loops) {
        all.addAll(loop.get(TIMEOUT.toSeconds() + 1, TimeUnit.SECONDS));
      }
      return all;
    } catch (ExecutionException | java.util.concurrent.TimeoutException broken) {
      throw new CliException(
          "a connection of the bench ended (" + broken.getCause() + ")",
          "see logs in the data directory",
          broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    }
  }

  private List<Timed> loop(URI server) throws InterruptedException {
    // A client of its own for each connection: a shared one funnels all through its one selector.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Runnable::run)
            .connectTimeout(TIMEOUT)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(server)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    List<Timed> times = new ArrayList<>();
    while (!done) {
      long began = System.nanoTime();
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        times.add(new Timed(began, System.nanoTime()));
        if (answer.statusCode() == OK) {
          check(answer);
        } else {
          failed.incrementAndGet();
        }
      } catch (IOException unanswered) {
        failed.incrementAndGet();
      }
      answered.incrementAndGet();
    }
    return times;
  }

  private void check(HttpResponse<String> answer) {
    JsonNode json = Json.parse(answer.body(), "an answer");
    Map<String, Float> scores = new HashMap<>();
    for (JsonNode item : json.path("ranked")) {
      scores.put(item.path("itemId").asText(), (float) item.path("score").asDouble());
    }
    float[] inOrder = new float[ranked.size()];
    for (int position = 0; position < inOrder.length; position++) {
      inOrder[position] = scores.getOrDefault(ranked.get(position), Float.NaN);
    }
    String adapter = answer.headers().firstValue("X-Adapter-Id").orElse("");
    if (!adapters.isBy(adapter, inOrder)) {
      wrong.incrementAndGet();
    }
    answer
        .headers()
        .firstValueAsLong("X-Adapter-Version")
        .ifPresent(version -> newestVersion.accumulateAndGet(version, Math::max));
  }

  @Override
  public void close() {
    done = true;
    threads.shutdownNow();
  }
}
