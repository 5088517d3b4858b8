package io.lethe.serving;

import io.lethe.engine.EngineSettings;
import io.lethe.engine.Prompt;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.Watermark;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.EngineScoring;
import io.lethe.serving.model.Leases;
import io.lethe.serving.model.LoadedAdapter;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.ReleaseCheck;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.model.Versions;
import io.lethe.serving.recommend.BatchLimits;
import io.lethe.serving.recommend.PromptAssembler;
import io.lethe.serving.recommend.Recommendation;
import io.lethe.serving.recommend.RecommendationMaker;
import io.lethe.serving.recommend.RecommendationQuery;
import io.lethe.serving.recommend.ScoringPool;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The whole way of a request behind HTTP, and of a version behind Kafka, on a real language model
 * small enough to answer in a millisecond.
 */
final class ServingRig implements AutoCloseable {
  static final String MODEL = "recommender";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> TITLES =
      List.of("heat", "cats", "alien", "drive", "jaws", "rocky", "speed", "dune");

  /** How a version's announcement ended: {@code refusal} is null where it was switched to. */
  record Outcome(long version, Refusal refusal) {}

  private final EngineScoring engine;
  private final SlotLifecycle lifecycle = new SlotLifecycle();
  private final DaemonAlarm loader = new DaemonAlarm("adapter-loader");
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final Map<String, float[]> expected = new HashMap<>();
  private final ServingState state = new ServingState(new StateLimits(100, 100, 100, 100));
  private final RecommendationMaker maker =
      new RecommendationMaker(state, new PromptAssembler(2), TITLES.size());
  private final RecommendationQuery query =
      new RecommendationQuery("somebody", TITLES, TITLES.size());
  private final AdapterSlot slot;
  private final AdapterSwapper swapper;
  private final ScoringPool pool;

  ServingRig(Path recommender, Path store, ReleaseCheck signatures, int queueMax) {
    engine =
        new EngineScoring(recommender, store, new EngineSettings(1, EngineSettings.F32, 2, 8192));
    slot = new AdapterSlot(engine);
    pool =
        new ScoringPool(
            2, queueMax, new BatchLimits(64, Duration.ZERO), new Leases(slot, lifecycle));
    // Refused versions are not tried again: each test withdraws them first.
    Backoff backoff = new Backoff(Duration.ofHours(1), Duration.ofHours(1));
    swapper =
        new AdapterSwapper(
            engine,
            slot,
            lifecycle,
            loader,
            backoff,
            Clock.systemUTC(),
            new SwapObserver() {
              @Override
              public void switched(AdapterSlot.Serving serving, Duration took) {
                outcomes.add(new Outcome(serving.version().version(), null));
              }

              @Override
              public void refused(Refusal refusal) {
                outcomes.add(new Outcome(refusal.version(), refusal));
              }
            },
            signatures);
    TITLES.forEach(title -> state.putItem(title, title));
    state.putInteraction("somebody", new Interaction("seen", 4, Instant.EPOCH));
    state.putItem("seen", "zodiac");
  }

  String recommenderDigest() {
    return engine.recommenderDigest();
  }

  /** Announces a version and waits until it is served or refused. */
  Outcome announce(ReleasedVersion version) throws InterruptedException {
    swapper.announce(version);
    Outcome outcome = outcomes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (outcome == null || outcome.version() != version.version()) {
      throw new AssertionError("version " + version.version() + " was announced: " + outcome);
    }
    return outcome;
  }

  void withdraw(long version) {
    swapper.withdraw(version, Set.of());
  }

  /** A version of this rig's recommender, as an unsigned catalog would release it. */
  ReleasedVersion version(long number, String adapterId) {
    Set<String> forgotten = Set.of("r1");
    return new ReleasedVersion(
        number,
        adapterId,
        null,
        null,
        engine.recommenderDigest(),
        new Watermark(forgotten, Versions.digest(forgotten)),
        forgotten,
        Instant.EPOCH);
  }

  CompletableFuture<Recommendation> ask() {
    return pool.submit(maker.work(query, OptionalLong.empty()));
  }

  /** Computes, once and alone, what this adapter answers. */
  float[] learn(String adapterId) {
    LoadedAdapter adapter = engine.load(version(0, adapterId));
    try {
      List<Prompt> prompts = maker.work(query, OptionalLong.empty()).prompts();
      float[] scores = engine.score(prompts, adapter);
      expected.put(adapterId, scores);
      return scores;
    } finally {
      adapter.release();
    }
  }

  /**
   * The largest distance between an answer and what the adapter that it names was learnt to say.
   */
  double distance(Recommendation answer) {
    return distance(inOrder(answer), expected.get(answer.servedBy().adapterId()));
  }

  /** The smallest distance between the answers of any two adapters learnt. */
  double apart() {
    double least = Double.POSITIVE_INFINITY;
    List<float[]> all = new ArrayList<>(expected.values());
    for (int one = 0; one < all.size(); one++) {
      for (int other = one + 1; other < all.size(); other++) {
        least = Math.min(least, distance(all.get(one), all.get(other)));
      }
    }
    return least;
  }

  private static float[] inOrder(Recommendation answer) {
    float[] scores = new float[TITLES.size()];
    for (Recommendation.RankedItem item : answer.ranked()) {
      scores[TITLES.indexOf(item.itemId())] = (float) item.score();
    }
    return scores;
  }

  private static double distance(float[] one, float[] other) {
    double largest = 0;
    for (int position = 0; position < one.length; position++) {
      largest = Math.max(largest, Math.abs(one[position] - other[position]));
    }
    return largest;
  }

  long served() {
    return slot.serving().orElseThrow().version().version();
  }

  int requestsOnOldVersions() {
    return slot.requestsOnOldVersions();
  }

  /** Requests scored for each native call, on average. */
  double requestsPerCall() {
    return (double) pool.scored() / pool.calls();
  }

  @Override
  public void close() {
    pool.close();
    swapper.stop();
    loader.close();
    engine.close();
  }
}
