package io.lethe.serving.follow;

import java.time.Instant;
import java.util.Optional;

/** Brings events to this server. */
public interface EventFeed extends AutoCloseable {
  /** Begins; returns at once. */
  void start();

  /** What has not been read to its end since the start; empty once all of it has. */
  Optional<String> behind();

  /** Why the feed stopped by itself; empty while it runs. */
  Optional<String> fault();

  /**
   * Up to when the ledger counted this server and everything that adapter.version held was applied;
   * null before the server joined.
   */
  Instant knownAt();

  /** What is missing for that to be known anew; empty when nothing is. */
  Optional<String> waitsFor();

  @Override
  void close();
}
