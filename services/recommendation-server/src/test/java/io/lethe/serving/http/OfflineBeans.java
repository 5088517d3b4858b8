package io.lethe.serving.http;

import io.lethe.serving.ManualClock;
import io.lethe.serving.acknowledge.RecordingPublisher;
import io.lethe.serving.acknowledge.ServingPublisher;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.ScoringEngine;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Stands in for everything outside the process, where the test profile asks for it. */
@Alternative
@Singleton
public class OfflineBeans {
  /** A feed whose condition the test sets. */
  public static final class ManualFeed implements EventFeed {
    volatile String behind;
    volatile String fault;
    volatile Instant knownAt;

    @Override
    public void start() {}

    @Override
    public Optional<String> behind() {
      return Optional.ofNullable(behind);
    }

    @Override
    public Optional<String> fault() {
      return Optional.ofNullable(fault);
    }

    @Override
    public Instant knownAt() {
      return knownAt;
    }

    @Override
    public Optional<String> waitsFor() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Produces
  @Singleton
  @Typed({FakeScoringEngine.class, ScoringEngine.class})
  FakeScoringEngine engine() {
    return new FakeScoringEngine();
  }

  @Produces
  @Singleton
  @Typed({ManualFeed.class, EventFeed.class})
  ManualFeed feed() {
    return new ManualFeed();
  }

  @Produces
  @Singleton
  @Typed({RecordingPublisher.class, ServingPublisher.class})
  RecordingPublisher publisher() {
    return new RecordingPublisher();
  }

  @Produces
  @Singleton
  @Typed({ManualClock.class, Clock.class})
  ManualClock clock() {
    return new ManualClock();
  }
}
