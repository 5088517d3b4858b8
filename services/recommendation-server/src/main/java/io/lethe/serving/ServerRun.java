package io.lethe.serving;

import io.lethe.serving.acknowledge.ServingAnnouncer;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.recommend.ScoringPool;
import io.lethe.serving.retrieve.ItemIndexer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Starts the parts and stops them in order. */
@Singleton
public class ServerRun {
  private final EventFeed feed;
  private final ServingAnnouncer announcer;
  private final AdapterSwapper swapper;
  private final ScoringPool pool;
  private final ItemIndexer indexer;

  public ServerRun(
      EventFeed feed,
      ServingAnnouncer announcer,
      AdapterSwapper swapper,
      ScoringPool pool,
      ItemIndexer indexer) {
    this.feed = feed;
    this.announcer = announcer;
    this.swapper = swapper;
    this.pool = pool;
    this.indexer = indexer;
  }

  void start(@Observes StartupEvent event) {
    announcer.start();
    feed.start();
  }

  void stop(@Observes ShutdownEvent event) {
    feed.close();
    // No answer may follow the goodbye, or the ledger would complete requests this server still
    // knows nothing of.
    pool.close();
    indexer.close();
    swapper.stop();
    announcer.stop();
  }
}
