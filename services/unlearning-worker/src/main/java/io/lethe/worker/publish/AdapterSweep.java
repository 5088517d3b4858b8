package io.lethe.worker.publish;

import io.lethe.engine.AdapterStore;
import io.lethe.worker.domain.ParentTracker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Removes adapters that no version may serve any more: those of earlier versions, which remember
 * who was erased since, those that a gate or the catalog refused, and those whose worker was killed
 * before it published them.
 */
public final class AdapterSweep {
  private static final Logger LOG = Logger.getLogger(AdapterSweep.class);

  private final AdapterStore store;
  private final String recommenderDigest;
  private final ParentTracker versions;
  private final Duration retention;
  private final Clock clock;

  /**
   * @param retention how long an adapter is kept at least once it was stored
   * @param parentWait how long a candidate may wait for its release; the retention is not shorter
   */
  public AdapterSweep(
      AdapterStore store,
      String recommenderDigest,
      ParentTracker versions,
      Duration retention,
      Duration parentWait,
      Clock clock) {
    if (retention.compareTo(parentWait) < 0) {
      throw new IllegalArgumentException(
          "lethe.adapter-retention is "
              + retention
              + ", shorter than lethe.parent-wait ("
              + parentWait
              + "), so that a candidate could go before it is released; make it longer.");
    }
    this.store = store;
    this.recommenderDigest = recommenderDigest;
    this.versions = versions;
    this.retention = retention;
    this.clock = clock;
  }

  /** Removes what is due; returns how many adapters that were. */
  public int sweep() {
    List<String> removed =
        store.removeUnused(
            recommenderDigest, versions::mayBeNeeded, clock.instant().minus(retention));
    if (!removed.isEmpty()) {
      LOG.infof(
          "removed %d adapters that no version may serve and that are older than"
              + " lethe.adapter-retention (%s): %s",
          removed.size(), retention, removed);
    }
    return removed.size();
  }
}
