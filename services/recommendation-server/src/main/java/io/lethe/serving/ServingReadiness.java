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
 * stands, and have had word from the catalog lately.
 */
public final class ServingReadiness {
  private final EventFeed feed;
  private final SlotLifecycle lifecycle;
  private final ServingState state;
  private final Duration catalogTimeout;
  private final Clock clock;

  public ServingReadiness(
      EventFeed feed,
      SlotLifecycle lifecycle,
      ServingState state,
      Duration catalogTimeout,
      Clock clock) {
    this.feed = feed;
    this.lifecycle = lifecycle;
    this.state = state;
    this.catalogTimeout = catalogTimeout;
    this.clock = clock;
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
    Instant knownAt = feed.catalogKnownAt();
    Instant now = clock.instant();
    if (knownAt != null && knownAt.isAfter(now)) {
      // How old that word is cannot be told; the next one, in a moment, can.
      obstacles.add("the clock was set back since the last word from adapter.version");
    } else if (knownAt == null) {
      obstacles.add("no word from adapter.version yet");
    } else if (knownAt.plus(catalogTimeout).isBefore(now)) {
      obstacles.add(
          "no word from adapter.version for longer than lethe.catalog-timeout ("
              + catalogTimeout
              + "): check the way to the broker");
    }
    return obstacles;
  }
}
