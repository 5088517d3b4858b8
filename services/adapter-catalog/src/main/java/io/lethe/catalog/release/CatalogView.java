package io.lethe.catalog.release;

import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.catalog.domain.Watermark;
import java.util.ArrayDeque;
import java.util.List;

/** What HTTP shows of the catalog. The release loop writes, HTTP threads read. */
public final class CatalogView {
  private final int refusalsMax;
  private final ArrayDeque<Refusal> refusals = new ArrayDeque<>();
  private List<ReleasedVersion> versions = List.of();
  private Watermark minimum = Watermark.empty();

  /**
   * An empty view.
   *
   * @param refusalsMax refusals kept; the oldest go first
   */
  public CatalogView(int refusalsMax) {
    this.refusalsMax = refusalsMax;
  }

  synchronized void show(Lineage lineage) {
    versions = lineage.versions();
    minimum = lineage.minimumWatermark();
  }

  synchronized void add(Refusal refusal) {
    refusals.addFirst(refusal);
    while (refusals.size() > refusalsMax) {
      refusals.removeLast();
    }
  }

  /** Versions, oldest first; empty until the lineage was read. */
  public synchronized List<ReleasedVersion> versions() {
    return versions;
  }

  /** Requests that any version must cover to be served from now on. */
  public synchronized Watermark minimumWatermark() {
    return minimum;
  }

  /** Refusals since this process started, newest first. */
  public synchronized List<Refusal> refusals() {
    return List.copyOf(refusals);
  }
}
