package io.lethe.simulation.process;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FencedException;
import io.lethe.simulation.broker.TransactionalProducer;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.domain.ForgetSetDecisions;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.ParentTracker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.SerializationException;

/**
 * unlearning-worker: claims one forget set at a time, works on it over many turns, and commits the
 * outcome with the set's position. What is decided on the way is the real classes' to say.
 */
public final class WorkerProcess extends SimulatedProcess {
  private static final String SOURCE = Topics.FORGET_SET_CLOSED.name() + "/0";
  private static final int REMEMBERED_MAX = 100;

  private final ConsumerGroup group;

  /** On the worker's disk: starts of sets that have not ended. */
  private final Map<String, Integer> attempts = new HashMap<>();

  private TransactionalProducer producer;
  private ParentTracker parents;
  private RetainReservoir reservoir;
  private Follower adapters;
  private Follower samples;
  private boolean adaptersCaughtUp;
  private ForgetSetDecisions decisions;
  private ForgetSetJob job;
  private ExactTuning tuning;
  private boolean ended;
  private long position;
  private int generation;

  public WorkerProcess(World world, String name) {
    super(world, name);
    this.group = world.broker().group("workers", List.of(SOURCE));
  }

  @Override
  protected void onStart() {
    producer = world.broker().producer(name());
    parents = new ParentTracker(World.RECOMMENDER, REMEMBERED_MAX, clock);
    reservoir = new RetainReservoir(REMEMBERED_MAX);
    decisions = new ForgetSetDecisions(Duration.ZERO);
    adapters = new Follower(world, this::learn, Topics.ADAPTER_VERSION, Topics.ADAPTER_TRAINED);
    samples = new Follower(world, this::sample, Topics.RETAIN_SAMPLED);
    adaptersCaughtUp = false;
    job = null;
    tuning = null;
    ended = false;
    position = -1;
    generation = -1;
  }

  @Override
  protected void onEnd() {
    job = null;
    tuning = null;
  }

  @Override
  protected void onStop() {
    if (job != null && job.isInterruptible()) {
      job.interrupt();
    }
    group.leave(name());
  }

  @Override
  protected void onTurn() {
    adapters.follow(3);
    if (!adaptersCaughtUp && adapters.isCaughtUp()) {
      adaptersCaughtUp = true;
      parents.caughtUp();
    }
    samples.follow(4);
    if (ended) {
      // Fenced by a successor of the same name: only a new process helps.
      crash();
      return;
    }
    boolean holds = poll();
    if (tuning != null) {
      tune();
    } else if (job != null) {
      work();
    } else if (holds && !claim() && world.chance(0.3)) {
      parents
          .replayTarget()
          .ifPresent(target -> tuning = new ExactTuning(world, parents, target, clock));
    }
  }

  private boolean poll() {
    ConsumerGroup.Assignment assignment = group.poll(name(), world.now());
    if (assignment.generation() != generation) {
      generation = assignment.generation();
      if (job == null) {
        position = -1;
      }
    }
    return assignment.sources().contains(SOURCE);
  }

  /** Takes the next forget set where there is one. */
  private boolean claim() {
    if (position < 0) {
      OptionalLong committed = world.broker().position(group, SOURCE, 0);
      if (committed.isEmpty()) {
        return false;
      }
      position = committed.getAsLong();
    }
    Entry entry = world.broker().next(Topics.FORGET_SET_CLOSED.name(), 0, position);
    if (entry == null) {
      return false;
    }
    if (!World.MODEL.equals(entry.key()) || !(entry.value() instanceof ForgetSetClosed set)) {
      commit(entry, generation, null, null, null);
      return true;
    }
    tell("claims set " + set.getSequence() + ' ' + World.brief(set.getForgetSetId()));
    ForgetSetClosed opened;
    try {
      opened = world.opened(set);
    } catch (SerializationException shredded) {
      // A worker that was overtaken may look at a set again whose requests are complete by now.
      world.coverage().count("sets claimed after their samples were shredded");
      commit(entry, generation, null, new Outcome.DeadLetter(shredded, 1), null);
      return true;
    }
    if (world.is(Mutation.WORKER_FORGETS_OUT_OF_TURN)) {
      opened.setRequiredWatermark(List.of());
    }
    job =
        new ForgetSetJob(
            world, parents, reservoir, decisions, attempts, entry, generation, opened, clock);
    return true;
  }

  private void work() {
    job.advance();
    Outcome outcome = job.outcome();
    if (outcome != null) {
      ForgetSetJob done = job;
      job = null;
      AdapterTrained candidate =
          outcome instanceof Outcome.Publish publish ? publish.candidate() : null;
      commit(done.entry(), done.generation(), candidate, outcome, done);
    }
  }

  private void commit(
      Entry entry, int since, AdapterTrained candidate, Outcome outcome, ForgetSetJob done) {
    try {
      if (world.is(Mutation.WORKER_PUBLISHES_WITHOUT_FENCE) && candidate != null) {
        world.broker().append(Topics.ADAPTER_TRAINED.name(), World.MODEL, candidate);
        world.oracle().settled(entry.offset(), name());
      } else {
        commitInTransaction(entry, since, candidate);
      }
      position = entry.offset() + 1;
      if (done != null) {
        done.committed(outcome);
        decisions.committed(outcome);
        attempts.remove(done.set().getForgetSetId());
        tell(
            (candidate == null ? "commits nothing of set " : "publishes candidate of set ")
                + done.set().getSequence());
      }
      if (outcome instanceof Outcome.DeadLetter) {
        world.oracle().deadLettered(entry);
      }
    } catch (FencedException fenced) {
      tell("is refused: " + fenced.getMessage());
      world.coverage().count("refused publications of an overtaken worker");
      position = -1;
      if (done != null) {
        decisions.aborted(outcome);
        done.interrupt();
      }
      rejoin();
    }
  }

  private void commitInTransaction(Entry entry, int since, AdapterTrained candidate) {
    producer.begin();
    if (candidate != null) {
      producer.send(Topics.ADAPTER_TRAINED.name(), candidate.getModelId(), candidate);
    }
    mayCrashInTransaction();
    producer.sendOffsets(group, name(), since, Map.of(SOURCE, entry.offset() + 1));
    mayCrashInTransaction();
    if (world.strikes(Fault.TRANSACTION_ABORT, 0.05)) {
      producer.abort();
      throw FencedException.aborted();
    }
    producer.commit();
    world.oracle().settled(entry.offset(), name());
  }

  /** A refused commit leaves a producer that goes on, unless a successor took its name. */
  private void rejoin() {
    try {
      producer.abort();
    } catch (FencedException successor) {
      ended = true;
    }
  }

  private void tune() {
    tuning.advance(position >= 0 && job == null && hasForgetSet());
    if (!tuning.isReady()) {
      tuning = tuning.isOver() ? null : tuning;
      return;
    }
    AdapterTrained candidate = tuning.candidate();
    try {
      producer.begin();
      producer.send(Topics.ADAPTER_TRAINED.name(), candidate.getModelId(), candidate);
      mayCrashInTransaction();
      producer.commit();
      tuning.published();
      tell("publishes exact candidate for " + World.brief(candidate.getParentAdapterId()));
    } catch (FencedException fenced) {
      tuning.failed();
      tuning = null;
      rejoin();
    }
  }

  private boolean hasForgetSet() {
    return world.broker().next(Topics.FORGET_SET_CLOSED.name(), 0, position) != null;
  }

  private void learn(Entry entry) {
    if (!World.MODEL.equals(entry.key()) || entry.value() == null) {
      return;
    }
    if (entry.value() instanceof AdapterVersion version) {
      parents.apply(version);
    } else if (entry.value() instanceof AdapterTrained candidate) {
      parents.apply(candidate);
    }
  }

  private void sample(Entry entry) {
    reservoir.apply(entry.key(), (RetainSampled) entry.value());
  }
}
