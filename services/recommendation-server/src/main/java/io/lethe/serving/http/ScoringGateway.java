package io.lethe.serving.http;

import io.lethe.serving.ServingConfig;
import io.lethe.serving.ServingMetrics;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.Lease;
import io.lethe.serving.recommend.ScoringPool;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way of every scoring request: checked, queued, answered from one leased model, stamped with
 * it, timed.
 */
@Singleton
class ScoringGateway {
  private final AdapterSlot slot;
  private final SlotLifecycle lifecycle;
  private final ScoringPool pool;
  private final ServingMetrics metrics;
  private final long timeoutMillis;

  ScoringGateway(
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      ScoringPool pool,
      ServingMetrics metrics,
      ServingConfig config) {
    this.slot = slot;
    this.lifecycle = lifecycle;
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
  CompletionStage<Response> answer(String endpoint, Supplier<Function<Lease, Object>> check) {
    Timer.Sample sample = metrics.begin();
    return submit(check)
        .handle(
            (response, failure) -> {
              Response sent = failure == null ? response : Problems.response(failure);
              metrics.end(sample, endpoint, sent.getStatus());
              return sent;
            });
  }

  private CompletionStage<Response> submit(Supplier<Function<Lease, Object>> check) {
    try {
      Function<Lease, Object> work = check.get();
      return pool.submit(() -> onOneModel(work)).orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedStage(refused);
    }
  }

  private Response onOneModel(Function<Lease, Object> work) {
    if (!lifecycle.answers()) {
      throw notServing();
    }
    try (Lease lease = slot.acquire().orElseThrow(this::notServing)) {
      return ServingHeaders.stamp(work.apply(lease), lease.version());
    }
  }

  private ProblemException notServing() {
    return ProblemException.notReady("No version is served: the slot is " + lifecycle.state());
  }
}
