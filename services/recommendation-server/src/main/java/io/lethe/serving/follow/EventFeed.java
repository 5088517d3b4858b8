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

  /** Up to when everything that adapter.version held is known to be applied; null before that. */
  Instant catalogKnownAt();

  @Override
  void close();
}
