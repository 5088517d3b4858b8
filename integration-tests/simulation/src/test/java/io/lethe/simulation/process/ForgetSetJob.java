package io.lethe.simulation.process;

import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.Sample;
import io.lethe.simulation.Fault;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.domain.Claim;
import io.lethe.worker.domain.ForgetSetDecisions;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle.Event;
import io.lethe.worker.domain.JobLifecycle.Phase;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.UnprocessableForgetSetException;
import io.lethe.worker.publish.CandidateRecords;
import io.lethe.worker.unlearn.UnlearningEngine.Stored;
import io.lethe.worker.unlearn.UnlearningEngine.Trained;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One forget set's way through a worker, in turns: the order is UnlearningFlow's. */
final class ForgetSetJob {
  private static final int ATTEMPTS_MAX = 5;
  private static final int RESTARTS_MAX = 8;
  private static final Duration PARENT_WAIT = Duration.ofMinutes(10);
  private static final Trained TRAINED = new Trained("simulated", 7, 0.9, 0.5, 0.5);

  private final World world;
  private final ParentTracker parents;
  private final RetainReservoir reservoir;
  private final ForgetSetDecisions decisions;
  private final Map<String, Integer> attempts;
  private final Entry entry;
  private final int generation;
  private final ForgetSetClosed set;
  private final Clock clock;
  private final Job job;
  private final Instant claimedAt;
  private Parent parent;
  private String adapterId;
  private List<GateResult> gates;
  private Outcome outcome;
  private int restarts;

  ForgetSetJob(
      World world,
      ParentTracker parents,
      RetainReservoir reservoir,
      ForgetSetDecisions decisions,
      Map<String, Integer> attempts,
      Entry entry,
      int generation,
      ForgetSetClosed set,
      Clock clock) {
    this.world = world;
    this.parents = parents;
    this.reservoir = reservoir;
    this.decisions = decisions;
    this.attempts = attempts;
    this.entry = entry;
    this.generation = generation;
    this.set = set;
    this.clock = clock;
    this.claimedAt = world.now();
    this.job = new Job(set, clock, world.coverage()::visited);
  }

  Entry entry() {
    return entry;
  }

  int generation() {
    return generation;
  }

  ForgetSetClosed set() {
    return set;
  }

  /** What is to be committed; null while it is worked on. */
  Outcome outcome() {
    return outcome;
  }

  /** The outcome is on its topic. */
  void committed(Outcome committed) {
    if (committed instanceof Outcome.Publish publish) {
      parents.apply(publish.candidate());
      job.take(Event.COMMIT_CANDIDATE);
    } else if (committed instanceof Outcome.Acknowledge) {
      job.take(Event.COMMIT_NOTHING);
    } else {
      job.take(Event.COMMIT_DEAD_LETTER);
    }
  }

  /** It is not, or the worker stops. */
  void interrupt() {
    job.take(Event.INTERRUPT);
  }

  /** Whether the worker's orderly stop may interrupt it now. */
  boolean isInterruptible() {
    return job.phase() != Phase.CLAIMED;
  }

  void advance() {
    try {
      switch (job.phase()) {
        case CLAIMED -> begin();
        case WAITING_FOR_PARENT -> awaitParent();
        case ASSEMBLING -> assemble();
        case UNLEARNING -> train();
        case GATING -> gate();
        case STORING -> store();
        default -> throw new IllegalStateException("nothing to do in " + job.phase());
      }
    } catch (UnprocessableForgetSetException unprocessable) {
      settle(new Outcome.DeadLetter(unprocessable, 1));
    }
  }

  private void begin() {
    if (ForgetSetDecisions.isEmpty(set)) {
      settle(new Outcome.Acknowledge("every request of the set was withdrawn"));
      return;
    }
    int attempt = attempts.merge(set.getForgetSetId(), 1, Integer::sum);
    if (attempt > ATTEMPTS_MAX) {
      settle(new Outcome.DeadLetter(new UnprocessableForgetSetException("too often"), attempt));
      return;
    }
    job.take(Event.WAIT);
  }

  private void awaitParent() {
    Claim claim = parents.claim(set);
    boolean waits = claim instanceof Claim.Wait;
    if (waits && world.now().isBefore(claimedAt.plus(PARENT_WAIT))) {
      return;
    }
    Optional<Outcome> decided = decisions.claimed(set, claim);
    if (decided.isPresent()) {
      settle(decided.get());
    } else {
      parent = ((Claim.Train) claim).parent();
      job.take(Event.ASSEMBLE);
    }
  }

  private void assemble() {
    if (set.getSamples().isEmpty()) {
      settle(new Outcome.Publish(CandidateRecords.untrained(set, parent, 1, clock.instant())));
      return;
    }
    try {
      RetainReservoir.Contents kept = reservoir.await(sampleIds(), 0, Duration.ZERO);
      world.oracle().retains(set, kept);
    } catch (InterruptedException e) {
      throw new IllegalStateException("the simulation has one thread", e);
    }
    job.take(Event.UNLEARN);
  }

  private void train() {
    if (world.isCalm() || world.chance(0.3)) {
      adapterId = null;
      job.take(Event.GATE);
    }
  }

  private void gate() {
    boolean passed = !world.strikes(Fault.GATE_REFUSAL, 0.08);
    gates = List.of(new GateResult("simulated", 1.0, null, null, "", passed));
    if (passed) {
      job.take(Event.STORE);
    } else {
      settle(
          new Outcome.Publish(
              CandidateRecords.refused(set, parent, TRAINED, gates, 1, clock.instant())));
    }
  }

  private void store() {
    if (adapterId == null) {
      adapterId = world.artefacts().train(parent.adapterId(), set.getForgetSetId(), sampleIds());
      if (!world.isCalm() && world.chance(0.5)) {
        // The rest of the phase is another turn's: others act in between.
        return;
      }
    }
    Optional<Outcome> decided =
        decisions.stored(
            parents.claim(set),
            parent,
            () ->
                CandidateRecords.accepted(
                    set,
                    parent,
                    TRAINED,
                    gates,
                    new Stored(adapterId, "simulated:" + adapterId),
                    1,
                    clock.instant()));
    if (decided.isPresent()) {
      settle(decided.get());
    } else if (++restarts > RESTARTS_MAX) {
      settle(new Outcome.DeadLetter(new UnprocessableForgetSetException("restarts"), 1));
    } else {
      job.take(Event.WAIT);
    }
  }

  private void settle(Outcome decided) {
    job.take(Event.SETTLE);
    outcome = decided;
  }

  private Set<String> sampleIds() {
    return set.getSamples().stream().map(Sample::getSampleId).collect(Collectors.toSet());
  }
}
