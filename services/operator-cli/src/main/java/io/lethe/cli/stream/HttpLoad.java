package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.ProgressDisplay;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Sends requests to deletion-intake over HTTP in a closed loop: every connection sends its next
 * request when the last one is answered. A request that is told to come again is sent again.
 */
final class HttpLoad {
  private static final int ACCEPTED = 202;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final double NANOS_PER_SECOND = 1e9;

  private final List<URI> intakes;
  private final String token;
  private final IntFunction<String> body;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger sentAgain = new AtomicInteger();
  private final AtomicLong warmAtNanos = new AtomicLong();

  /**
   * @param intakes base addresses, used in turn by the connections
   * @param token of every request, valid for as long as the loop may run
   * @param body of the request of that number
   */
  HttpLoad(List<String> intakes, String token, IntFunction<String> body) {
    this.intakes =
        intakes.stream().map(base -> URI.create(base + "/v1/deletion-requests")).toList();
    this.token = token;
    this.body = body;
  }

  /**
   * What the loop saw.
   *
   * @param perSecond accepted a second, once warm
   * @param sentAgain answers that asked to come again
   */
  record Outcome(double perSecond, int sentAgain) {}

  /**
   * Runs the loop.
   *
   * @param warmUp requests before the measurement begins
   * @throws CliException when a request is neither accepted nor told to come again
   */
  Outcome run(int requests, int warmUp, int connections, ProgressDisplay progress) {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long began = System.nanoTime();
      warmAtNanos.set(began);
      List<Future<?>> loops =
          IntStream.range(0, connections)
              .<Future<?>>mapToObj(
                  number ->
                      threads.submit(
                          () -> {
                            loop(intakes.get(number % intakes.size()), requests, warmUp, progress);
                            return null;
                          }))
              .toList();
      for (Future<?> loop : loops) {
        loop.get();
      }
      double seconds = (System.nanoTime() - warmAtNanos.get()) / NANOS_PER_SECOND;
      return new Outcome((requests - warmUp) / seconds, sentAgain.get());
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof CliException known) {
        throw known;
      }
      throw new CliException(
          "a request over HTTP failed (" + failed.getCause() + ")",
          "see logs/deletion-intake.log in the data directory",
          failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the command was interrupted", "run it again", interrupted);
    } finally {
      threads.shutdownNow();
    }
  }

  private void loop(URI intake, int requests, int warmUp, ProgressDisplay progress)
      throws IOException, InterruptedException {
    // A client of its own for each connection: a shared one funnels all through its one selector.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Runnable::run)
            .connectTimeout(TIMEOUT)
            .build();
    for (int index = next.getAndIncrement(); index < requests; index = next.getAndIncrement()) {
      HttpRequest request =
          HttpRequest.newBuilder(intake)
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + token)
              .POST(HttpRequest.BodyPublishers.ofString(body.apply(index)))
              .build();
      HttpResponse<Void> answer = send(client, request);
      if (answer.statusCode() != ACCEPTED) {
        throw new CliException(
            "deletion-intake answered " + answer.statusCode() + " to a well-formed request",
            "see logs/deletion-intake.log in the data directory");
      }
      int done = accepted.incrementAndGet();
      if (done == warmUp) {
        warmAtNanos.set(System.nanoTime());
      }
      progress.stepTo(done);
    }
  }

  private HttpResponse<Void> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    while (true) {
      HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() != TOO_MANY && answer.statusCode() != UNAVAILABLE) {
        return answer;
      }
      sentAgain.incrementAndGet();
      TimeUnit.SECONDS.sleep(answer.headers().firstValueAsLong("Retry-After").orElse(1));
    }
  }
}
