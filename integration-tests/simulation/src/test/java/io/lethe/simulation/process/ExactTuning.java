package io.lethe.simulation.process;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.GateResult;
import io.lethe.simulation.Fault;
import io.lethe.simulation.World;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.Replay;
import io.lethe.worker.domain.ReplayLifecycle.Event;
import io.lethe.worker.domain.ReplayLifecycle.Phase;
import io.lethe.worker.domain.ReplayTarget;
import io.lethe.worker.publish.CandidateRecords;
import io.lethe.worker.unlearn.UnlearningEngine.Stored;
import io.lethe.worker.unlearn.UnlearningEngine.Trained;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One exact tuning, in turns: the order is ReplayFlow's. */
final class ExactTuning {
  private static final Duration READ_BACK_MAX = Duration.ofSeconds(30);
  private static final Trained TRAINED = new Trained("replay", 9, 0.5, 0.5, 0.5);

  private final World world;
  private final ParentTracker parents;
  private final ReplayTarget target;
  private final Clock clock;
  private final Replay replay;
  private List<GateResult> gates;
  private AdapterTrained candidate;
  private Instant publishedAt;

  ExactTuning(World world, ParentTracker parents, ReplayTarget target, Clock clock) {
    this.world = world;
    this.parents = parents;
    this.target = target;
    this.clock = clock;
    this.replay = new Replay(target, clock, world.coverage()::visited);
  }

  /** Whether its candidate is to be published now. */
  boolean isReady() {
    return phase() == Phase.COMMITTING && publishedAt == null;
  }

  boolean isOver() {
    return io.lethe.worker.domain.ReplayLifecycle.isFinal(phase());
  }

  AdapterTrained candidate() {
    return candidate;
  }

  void published() {
    publishedAt = world.now();
  }

  void failed() {
    replay.end(Event.FAIL, "the commit failed");
  }

  /**
   * One turn.
   *
   * @param forgetSetWaits then it gives way
   */
  void advance(boolean forgetSetWaits) {
    switch (phase()) {
      case DUE -> replay.take(Event.REPLAY);
      case REPLAYING -> replay(forgetSetWaits);
      case GATING -> gate();
      case STORING -> store();
      default -> readBack();
    }
  }

  private void replay(boolean forgetSetWaits) {
    if (forgetSetWaits) {
      replay.end(Event.YIELD, "a forget set came first");
    } else if (isOvertaken()) {
      replay.end(Event.OVERTAKE, "another version was released");
    } else if (world.isCalm() || world.chance(0.4)) {
      replay.take(Event.GATE);
    }
  }

  private void gate() {
    boolean passed = !world.strikes(Fault.GATE_REFUSAL, 0.08);
    gates = List.of(new GateResult("simulated", 1.0, null, null, "", passed));
    if (isOvertaken()) {
      replay.end(Event.OVERTAKE, "another version was released");
    } else if (passed) {
      replay.take(Event.STORE);
    } else {
      settle(null);
    }
  }

  private void store() {
    String adapterId = world.artefacts().replay(target.parent().adapterId());
    if (isOvertaken()) {
      replay.end(Event.OVERTAKE, "another version was released");
    } else {
      settle(new Stored(adapterId, "simulated:" + adapterId));
    }
  }

  private void settle(Stored stored) {
    candidate = CandidateRecords.exact(target, TRAINED, gates, stored, 1, clock.instant());
    replay.take(Event.SETTLE);
  }

  /** Forget sets wait for a published candidate, so it counts once it was read back. */
  private void readBack() {
    if (publishedAt == null) {
      return;
    }
    if (parents.awaitExactCandidate(target.parent().adapterId(), Duration.ZERO)) {
      replay.take(Event.COMMIT);
    } else if (publishedAt.plus(READ_BACK_MAX).isBefore(world.now())) {
      replay.end(Event.FAIL, "not read back");
    }
  }

  private boolean isOvertaken() {
    return parents
        .replayTarget()
        .filter(now -> now.parent().adapterId().equals(target.parent().adapterId()))
        .isEmpty();
  }

  private Phase phase() {
    return replay.snapshot().phase();
  }
}
