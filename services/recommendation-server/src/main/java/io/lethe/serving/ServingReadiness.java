package io.lethe.serving;

import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.history.ServingState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether this server may answer. It must know everything that was suppressed, serve a version that
 * stands, and have been lately where the ledger counts it and the catalog's word reaches it.
 */
public final class ServingReadiness {
  private final EventFeed feed;
  private final SlotLifecycle lifecycle;
  private final ServingState state;
  private final Duration catalogTimeout;
  private final Clock ages;

  /**
   * @param ages the clock that the feed tells {@link EventFeed#knownAt} by
   */
  public ServingReadiness(
      EventFeed feed,
      SlotLifecycle lifecycle,
      ServingState state,
      Duration catalogTimeout,
      Clock ages) {
    this.feed = feed;
    this.lifecycle = lifecycle;
    this.state = state;
    this.catalogTimeout = catalogTimeout;
    this.ages = ages;
  }

  /** What stands in the way, in words for an operator; empty when the server may answer. */
  public List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    feed.fault().ifPresent(obstacles::add);
    feed.behind().ifPresent(obstacles::add);
    state.exceeded().ifPresent(obstacles::add);
    if (!lifecycle.answers()) {
      obstacles.add("no version is served: the slot is " + lifecycle.state());
    }
    Instant knownAt = feed.knownAt();
    String waitsFor = feed.waitsFor().map(what -> ": it waits for " + what).orElse("");
    if (knownAt == null) {
      obstacles.add("the server has not joined yet" + waitsFor);
    } else if (knownAt.plus(catalogTimeout).isBefore(ages.instant())) {
      obstacles.add(
          "out of touch with the broker for longer than lethe.catalog-timeout ("
              + catalogTimeout
              + ")"
              + waitsFor);
    }
    return obstacles;
  }
}
