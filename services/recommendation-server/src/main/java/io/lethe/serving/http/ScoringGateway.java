package io.lethe.serving.http;

import io.lethe.serving.ServingConfig;
import io.lethe.serving.ServingMetrics;
import io.lethe.serving.recommend.ScoringPool;
import io.lethe.serving.recommend.ScoringWork;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way of every scoring request: checked, queued, answered from one leased model, stamped with
 * it, timed.
 */
@Singleton
class ScoringGateway {
  private final ScoringPool pool;
  private final ServingMetrics metrics;
  private final long timeoutMillis;

  ScoringGateway(ScoringPool pool, ServingMetrics metrics, ServingConfig config) {
    this.pool = pool;
    this.metrics = metrics;
    this.timeoutMillis = config.requestTimeout().toMillis();
  }

  /**
   * Answers a request.
   *
   * @param endpoint its name in metrics
   * @param check reads and checks the request on the calling thread; gives the work to be done
   */
  CompletionStage<Response> answer(String endpoint, Supplier<ScoringWork<Response>> check) {
    Timer.Sample sample = metrics.begin();
    return submit(check)
        .handle(
            (response, failure) -> {
              Response sent = failure == null ? response : Problems.response(failure);
              metrics.end(sample, endpoint, sent.getStatus());
              return sent;
            });
  }

  private CompletionStage<Response> submit(Supplier<ScoringWork<Response>> check) {
    try {
      return pool.submit(check.get()).orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedStage(refused);
    }
  }
}
