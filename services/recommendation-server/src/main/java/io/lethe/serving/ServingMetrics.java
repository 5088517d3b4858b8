package io.lethe.serving;

import io.lethe.serving.history.ServingState;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.recommend.ScoringPool;
import io.lethe.serving.retrieve.ItemIndexer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Every metric of this service and its name. No tag ever carries an id. */
public final class ServingMetrics implements SwapObserver {
  /** Time of an HTTP request by endpoint and outcome: answered, refused, busy, failed. */
  static final String REQUESTS = "recommendation.requests";

  /** From the beginning of loading a version to the switch. */
  static final String SWAP_DURATION = "adapter.swap.duration";

  /** Attempts to load a version that were refused. */
  static final String REFUSED = "adapter.load.refused";

  /** Requests still running on a version that is no longer current. */
  static final String INFLIGHT_OLD = "adapter.inflight.old";

  /** Version number served; -1 while none is. */
  static final String VERSION = "adapter.version";

  /** Requests that the served version has forgotten. */
  static final String WATERMARK = "adapter.watermark";

  /** Subjects with a standing deletion request. */
  static final String SUPPRESSED = "suppression.subjects";

  /** Requests waiting for a scoring thread. */
  static final String WAITING = "scoring.waiting";

  /** Items whose neighbours are known. */
  static final String INDEXED = "retrieval.items";

  /** Changes of items that wait to be indexed. */
  static final String INDEX_WAITING = "retrieval.waiting";

  /** Native scoring calls. */
  static final String CALLS = "scoring.calls";

  /** Requests that were part of these calls: more than one each where requests waited together. */
  static final String SCORED = "scoring.requests";

  /** Records that could not be used, by topic. */
  static final String SKIPPED = "events.skipped";

  private final MeterRegistry registry;

  public ServingMetrics(
      MeterRegistry registry,
      AdapterSlot slot,
      ServingState state,
      ScoringPool pool,
      ItemIndexer indexer) {
    this.registry = registry;
    registry.gauge(INFLIGHT_OLD, slot, AdapterSlot::requestsOnOldVersions);
    registry.gauge(
        VERSION, slot, of -> of.serving().map(s -> (double) s.version().version()).orElse(-1.0));
    registry.gauge(
        WATERMARK,
        slot,
        of -> of.serving().map(s -> (double) s.version().watermark().size()).orElse(0.0));
    registry.gauge(SUPPRESSED, state, ServingState::suppressedSubjects);
    registry.gauge(WAITING, pool, ScoringPool::waiting);
    registry.gauge(INDEXED, indexer, ItemIndexer::indexed);
    registry.gauge(INDEX_WAITING, indexer, ItemIndexer::waiting);
    // From the start on, so that the first refusal is seen as one more.
    registry.counter(REFUSED);
    registry.more().counter(CALLS, Tags.empty(), pool, ScoringPool::calls);
    registry.more().counter(SCORED, Tags.empty(), pool, ScoringPool::scored);
  }

  @Override
  public void switched(AdapterSlot.Serving serving, Duration took) {
    registry.timer(SWAP_DURATION).record(took);
  }

  @Override
  public void refused(Refusal refusal) {
    registry.counter(REFUSED).increment();
  }

  /** A record of the topic could not be used. */
  public void skipped(String topic) {
    registry.counter(SKIPPED, "topic", topic).increment();
  }

  /** Begins to time a request. */
  public Timer.Sample begin() {
    return Timer.start(registry);
  }

  /** Ends a request. */
  public void end(Timer.Sample sample, String endpoint, int status) {
    String outcome =
        status < 400 ? "answered" : status < 500 ? "refused" : status == 503 ? "busy" : "failed";
    sample.stop(registry.timer(REQUESTS, "endpoint", endpoint, "outcome", outcome));
  }
}
