package io.lethe.worker.unlearn;

import io.lethe.engine.EngineException;
import io.lethe.engine.Gates;
import io.lethe.engine.Progress;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.Sample;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.domain.Claim;
import io.lethe.worker.domain.Digests;
import io.lethe.worker.domain.ForgetSetDecisions;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLifecycle.Event;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.UnprocessableForgetSetException;
import io.lethe.worker.gate.GateResults;
import io.lethe.worker.publish.CandidateRecords;
import io.lethe.worker.publish.CandidateStorage;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * One forget set from its claim to an outcome. Runs on the training thread, outside of any
 * transaction; nothing it does is visible to others before the outcome is committed, save an
 * adapter in the store that no event names.
 */
public final class UnlearningFlow {
  private static final Logger LOG = Logger.getLogger(UnlearningFlow.class);

  /** An attempt whose outcome is to be committed. */
  public record Settled(Job job, ForgetSetClosed set, Outcome outcome) {}

  private final UnlearningEngine engine;
  private final ParentTracker parents;
  private final RetainReservoir reservoir;
  private final ExampleAssembler assembler;
  private final CandidateStorage storage;
  private final AttemptLog attempts;
  private final JobLog jobs;
  private final FlowLimits limits;
  private final Clock clock;
  private final Consumer<JobLifecycle.Transition> observer;
  private final Runnable heartbeat;
  private final ForgetSetDecisions decisions;
  private volatile boolean stopping;

  /**
   * A flow over its parts.
   *
   * @param observer told each transition of each job, before the phase's work begins
   * @param heartbeat run whenever the work moved on
   */
  public UnlearningFlow(
      UnlearningEngine engine,
      ParentTracker parents,
      RetainReservoir reservoir,
      ExampleAssembler assembler,
      CandidateStorage storage,
      AttemptLog attempts,
      JobLog jobs,
      FlowLimits limits,
      Clock clock,
      Consumer<JobLifecycle.Transition> observer,
      Runnable heartbeat) {
    this.engine = engine;
    this.parents = parents;
    this.reservoir = reservoir;
    this.assembler = assembler;
    this.storage = storage;
    this.attempts = attempts;
    this.jobs = jobs;
    this.limits = limits;
    this.clock = clock;
    this.observer = observer;
    this.heartbeat = heartbeat;
    this.decisions = new ForgetSetDecisions(limits.parentWait());
  }

  /**
   * Works on the set until its outcome is known.
   *
   * @throws JobInterruptedException when the worker stops meanwhile; the set will be delivered
   *     again
   * @throws DeviceFaultError when the device failed; the set will be delivered again, to another
   *     process
   */
  public Settled run(ForgetSetClosed set) {
    Job job = new Job(set, clock, observer);
    jobs.add(job);
    LOG.infof(
        "claimed: forgetSet=%s, sequence=%d, requests=%d, samples=%d",
        set.getForgetSetId(),
        set.getSequence(),
        set.getRequestIds().size(),
        set.getSamples().size());
    int attempt = 1;
    Outcome outcome;
    try {
      if (ForgetSetDecisions.isEmpty(set)) {
        outcome = new Outcome.Acknowledge("every request of the set was withdrawn");
      } else {
        attempt = attempts.begin(set.getForgetSetId());
        outcome = attempt > limits.attemptsMax() ? tooOften(attempt) : work(job, set);
      }
    } catch (JobInterruptedException stopped) {
      job.explain(stopped.getMessage());
      job.take(Event.INTERRUPT);
      throw stopped;
    } catch (RuntimeException failed) {
      LOG.errorf(failed, "forget set fails: forgetSet=%s", set.getForgetSetId());
      try {
        DeviceFaultError.throwIfDevice(failed);
      } catch (DeviceFaultError fault) {
        job.explain(fault.getMessage());
        job.take(Event.INTERRUPT);
        throw fault;
      }
      outcome = new Outcome.DeadLetter(failed, attempt);
    }
    return settle(job, set, outcome);
  }

  /** The outcome and the set's offset were committed. */
  public void committed(Settled settled) {
    Outcome outcome = settled.outcome();
    decisions.committed(outcome);
    if (outcome instanceof Outcome.Publish publish) {
      parents.apply(publish.candidate());
      settled.job().take(Event.COMMIT_CANDIDATE);
    } else if (outcome instanceof Outcome.Acknowledge) {
      settled.job().take(Event.COMMIT_NOTHING);
    } else {
      settled.job().take(Event.COMMIT_DEAD_LETTER);
    }
    attempts.end(settled.set().getForgetSetId());
  }

  /** The commit failed; the set will be delivered again. */
  public void aborted(Settled settled, Throwable cause) {
    decisions.aborted(settled.outcome());
    settled.job().explain("the commit failed: " + cause.getClass().getSimpleName());
    settled.job().take(Event.INTERRUPT);
    LOG.warnf(
        "commit failed, the set comes again: forgetSet=%s, %s",
        settled.set().getForgetSetId(), cause.toString());
  }

  /** Makes a running job end at its next step. */
  public void stop() {
    stopping = true;
    parents.stop();
  }

  private Outcome work(Job job, ForgetSetClosed set) {
    for (int restart = 0; restart <= limits.restartsMax(); restart++) {
      job.take(Event.WAIT);
      Claim claim = awaitParent(job, set);
      Optional<Outcome> decided = decisions.claimed(set, claim);
      Optional<Outcome> outcome =
          decided.isPresent() ? decided : train(job, set, ((Claim.Train) claim).parent());
      if (outcome.isPresent()) {
        return outcome.get();
      }
      LOG.warnf(
          "starts over, another version was released meanwhile: forgetSet=%s",
          set.getForgetSetId());
    }
    throw new UnprocessableForgetSetException(
        "started over "
            + limits.restartsMax()
            + " times (lethe.restarts-max) because versions of others were released meanwhile; run"
            + " one worker group a model, then redrive the set");
  }

  private Claim awaitParent(Job job, ForgetSetClosed set) {
    if (parents.claim(set) instanceof Claim.Wait wait) {
      job.explain(wait.reason());
      LOG.infof("waits: forgetSet=%s, %s", set.getForgetSetId(), wait.reason());
    }
    return parents.await(set, limits.parentWait());
  }

  /** The outcome on this parent; empty when the parent was overtaken meanwhile. */
  private Optional<Outcome> train(Job job, ForgetSetClosed set, Parent parent) {
    job.take(Event.ASSEMBLE);
    if (set.getSamples().isEmpty()) {
      return Optional.of(
          new Outcome.Publish(
              CandidateRecords.untrained(set, parent, job.seconds(), clock.instant())));
    }
    UnlearningEngine.Rows rows = assemble(set);
    long seed = Digests.seed(set.getForgetSetId());
    try (UnlearningEngine.Run run = engine.begin(parent, rows, seed)) {
      job.take(Event.UNLEARN);
      UnlearningEngine.Trained trained = run.train(progress -> progressed(job, progress));
      job.measured(
          trained.confidenceBefore(), trained.confidenceAfter(), trained.confidenceTarget());
      job.take(Event.GATE);
      checkStopping();
      List<GateResult> gates = run.gate();
      job.gated(gates);
      heartbeat.run();
      boolean passed = GateResults.allPassed(gates);
      boolean overridden =
          GateResults.failsOnly(gates, Gates.UTILITY_FLOOR) && parents.isUtilityFloorOverridden();
      if (!passed && !overridden) {
        return Optional.of(
            new Outcome.Publish(
                CandidateRecords.refused(
                    set, parent, trained, gates, job.seconds(), clock.instant())));
      }
      job.take(Event.STORE);
      UnlearningEngine.Stored stored = storage.store(run);
      return decisions.stored(
          parents.claim(set),
          parent,
          () ->
              passed
                  ? CandidateRecords.accepted(
                      set, parent, trained, gates, stored, job.seconds(), clock.instant())
                  : CandidateRecords.overridden(
                      set, parent, trained, gates, stored, job.seconds(), clock.instant()));
    } catch (EngineException refused) {
      throw new UnprocessableForgetSetException(
          "the engine refuses the set: " + refused.getMessage(), refused);
    }
  }

  private UnlearningEngine.Rows assemble(ForgetSetClosed set) {
    Set<String> forgotten =
        set.getSamples().stream().map(Sample::getSampleId).collect(Collectors.toSet());
    RetainReservoir.Contents kept = awaitReservoir(forgotten);
    if (kept.train().isEmpty() || kept.heldOut().isEmpty()) {
      throw new UnprocessableForgetSetException(
          "retain.sampled holds "
              + kept.train().size()
              + " samples to keep and "
              + kept.heldOut().size()
              + " held out, at least one each is needed; import interactions, then redrive the set");
    }
    return new UnlearningEngine.Rows(
        assembler.assemble(set.getSamples()),
        assembler.assemble(kept.train()),
        assembler.assemble(kept.heldOut()));
  }

  private RetainReservoir.Contents awaitReservoir(Set<String> forgotten) {
    try {
      return reservoir.await(forgotten, limits.retainMin(), limits.retainWait());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobInterruptedException("the worker stops");
    }
  }

  private void progressed(Job job, Progress progress) {
    checkStopping();
    job.progressed(progress.phase(), progress.step(), progress.totalSteps(), progress.loss());
    heartbeat.run();
  }

  private void checkStopping() {
    if (stopping) {
      throw new JobInterruptedException("the worker stops");
    }
  }

  private Outcome tooOften(int attempt) {
    return new Outcome.DeadLetter(
        new UnprocessableForgetSetException(
            "started "
                + (attempt - 1)
                + " times (lethe.attempts-max) without an end, so it may be what ends the worker;"
                + " see the worker's last lines, then redrive the set"),
        attempt - 1);
  }

  private Settled settle(Job job, ForgetSetClosed set, Outcome outcome) {
    if (outcome instanceof Outcome.Acknowledge acknowledge) {
      job.explain(acknowledge.reason());
    } else if (outcome instanceof Outcome.DeadLetter letter) {
      job.explain(
          letter.error() instanceof UnprocessableForgetSetException
              ? letter.error().getMessage()
              : letter.error().getClass().getSimpleName());
    } else {
      job.explain(null);
    }
    job.take(Event.SETTLE);
    return new Settled(job, set, outcome);
  }
}
