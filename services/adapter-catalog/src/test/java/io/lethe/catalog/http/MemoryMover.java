package io.lethe.catalog.http;

import io.lethe.catalog.domain.Candidates;
import io.lethe.catalog.domain.Decision;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.OverrideLimits;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.VersionMoves;
import io.lethe.schemas.event.AdapterTrained;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * The real rules over a lineage in memory, once it is reset: version 1 approximate, version 2
 * exact. Until then every move was done before: in a running Quarkus test Avro finds the records of
 * another class loader.
 */
@Alternative
@Singleton
public class MemoryMover implements VersionMover {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private Lineage lineage;
  private VersionMoves moves;
  volatile RuntimeException failure;
  volatile String lastActorRef;

  synchronized void reset() {
    failure = null;
    lineage =
        new Lineage(Candidates.MODEL, Candidates.DIGEST, 100, new VersionLifecycle(row -> {}));
    moves =
        new VersionMoves(lineage, new OverrideLimits(Duration.ofMinutes(15), Duration.ofHours(1)));
    lineage.apply(lineage.bareVersion(NOW));
    release(Candidates.accepted("set-1", "adapter-1", null, "r1").build());
    release(Candidates.exact("set-1", "adapter-exact", "adapter-1").build());
  }

  synchronized void release(AdapterTrained candidate) {
    ((Decision.Release) lineage.decide(candidate, NOW)).records().forEach(lineage::apply);
  }

  @Override
  public synchronized CompletableFuture<MoveDecision> move(Move move) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    lastActorRef = move.order().actorRef();
    if (lineage == null) {
      return CompletableFuture.completedFuture(new MoveDecision.Unchanged());
    }
    MoveDecision decision = moves.decide(move, NOW);
    if (decision instanceof MoveDecision.Publish publish) {
      publish.records().forEach(lineage::apply);
    }
    return CompletableFuture.completedFuture(decision);
  }

  @Override
  public String actorRef(String tokenSubject) {
    return "ref-of-" + tokenSubject;
  }
}
