package io.lethe.simulation.process;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ForgetSetState;
import io.lethe.accumulator.domain.ForgetSets;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.MeasuredJobs;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.RequestStanding;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.simulation.Violation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.TransactionalProducer;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The model's forget sets: the real {@link ForgetSets} over stores of the simulation. */
final class ForgetSetTask implements AccumulatorTask, ForgetSets.Effects {
  static final ClosingRules RULES =
      new ClosingRules(3, 12, 3_000, Duration.ofSeconds(5), Duration.ofDays(7));

  static final List<String> SOURCES =
      List.of(
          World.EXPANDED + "/0",
          Topics.ADAPTER_TRAINED.name() + "/0",
          Topics.DELETION_PROGRESSED.name() + "/0");

  private static final UnlearningTime TIME = new UnlearningTime(20, 0.9, Duration.ofSeconds(1), 2);

  private static final int OWED_MAX = 50;

  private final World world;
  private final Clock clock;
  private final Supplier<TransactionalProducer> output;
  private final TaskStore heads;
  private final TaskStore entries;
  private final TaskStore standings;
  private final TaskStore forgottenAs;
  private final TaskStore owed;
  private final TaskStore measured;
  private final ForgetSets forgetSets;

  ForgetSetTask(World world, Clock clock, Supplier<TransactionalProducer> output) {
    this.world = world;
    this.clock = clock;
    this.output = output;
    this.heads = new TaskStore(world.broker(), "heads");
    this.entries = new TaskStore(world.broker(), "entries");
    this.standings = new TaskStore(world.broker(), "standings");
    this.forgottenAs = new TaskStore(world.broker(), "forgotten-as");
    this.owed = new TaskStore(world.broker(), "owed");
    this.measured = new TaskStore(world.broker(), "measured");
    Lifecycles lifecycles = Lifecycles.standard();
    this.forgetSets =
        new ForgetSets(
            World.MODEL,
            RULES,
            TIME,
            OWED_MAX,
            world.keys(),
            new Lifecycles(
                lifecycles.forgetSet().observedBy(world.coverage()::visited),
                lifecycles.request().observedBy(world.coverage()::visited)),
            new Stored(),
            this);
  }

  @Override
  public void process(Entry entry) {
    if (entry.value() instanceof ExpandedRequest part) {
      forgetSets.accept(part, clock.instant());
    } else if (entry.value() instanceof AdapterTrained candidate) {
      forgetSets.trained(candidate);
    } else if (entry.value() instanceof DeletionProgressed progress
        && (progress.getStage() == RequestStage.COMPLETED
            || progress.getStage() == RequestStage.WITHDRAWN)) {
      forgetSets.ended(progress.getRequestId());
    }
  }

  @Override
  public void check() {
    forgetSets.check(clock.instant());
  }

  @Override
  public void flush(TransactionalProducer producer) {
    List.of(heads, entries, standings, forgottenAs, owed, measured)
        .forEach(store -> store.flush(producer));
  }

  @Override
  public void publish(ForgetSetClosed closed) {
    output.get().send(Topics.FORGET_SET_CLOSED.name(), closed.getModelId(), closed);
  }

  @Override
  public void uncounted(ForgetSetClosed closed) {
    throw new Violation("bounded", "more than " + OWED_MAX + " sets are owed");
  }

  @Override
  public void erase(String subjectRef, List<String> itemIds, boolean profile) {
    for (String itemId : itemIds) {
      output
          .get()
          .send(Topics.INTERACTION_RECORDED.name(), InteractionKey.of(subjectRef, itemId), null);
    }
    if (profile) {
      output.get().send(Topics.PROFILE_SUBJECT.name(), subjectRef, null);
    }
  }

  /** Heads are changed in place by their owner, so what is stored is a copy, as bytes would be. */
  private final class Stored implements ForgetSetState {
    @Override
    public Optional<OpenForgetSet> head(String modelId) {
      OpenForgetSet head = heads.get(modelId);
      return Optional.ofNullable(head).map(kept -> OpenForgetSet.newBuilder(kept).build());
    }

    @Override
    public void putHead(OpenForgetSet head) {
      heads.put(head.getModelId(), OpenForgetSet.newBuilder(head).build());
    }

    @Override
    public List<Entry> entries(String modelId) {
      return entries.under("");
    }

    @Override
    public void putEntry(String modelId, Entry entry) {
      entries.put(key(entry.index()), entry);
    }

    @Override
    public void deleteEntry(String modelId, int index) {
      entries.put(key(index), null);
    }

    @Override
    public Optional<RequestStanding> standing(String requestId) {
      return Optional.ofNullable(standings.get(requestId));
    }

    @Override
    public void putStanding(String requestId, RequestStanding standing) {
      standings.put(requestId, standing);
    }

    @Override
    public Optional<String> forgottenAs(String modelId, String subjectRef) {
      return Optional.ofNullable(forgottenAs.get(subjectRef));
    }

    @Override
    public void putForgottenAs(String modelId, String subjectRef, String watermarkEntry) {
      forgottenAs.put(subjectRef, watermarkEntry);
    }

    @Override
    public List<OwedForgetSet> owed(String modelId) {
      List<OwedForgetSet> sets = owed.under("");
      return sets.stream().map(set -> OwedForgetSet.newBuilder(set).build()).toList();
    }

    @Override
    public Optional<OwedForgetSet> owed(String modelId, long sequence) {
      OwedForgetSet set = owed.get(HexFormat.of().toHexDigits(sequence));
      return Optional.ofNullable(set).map(kept -> OwedForgetSet.newBuilder(kept).build());
    }

    @Override
    public void putOwed(String modelId, OwedForgetSet set) {
      owed.put(
          HexFormat.of().toHexDigits(set.getSequence()), OwedForgetSet.newBuilder(set).build());
    }

    @Override
    public void deleteOwed(String modelId, long sequence) {
      owed.put(HexFormat.of().toHexDigits(sequence), null);
    }

    @Override
    public Optional<MeasuredJobs> measured(String modelId) {
      MeasuredJobs jobs = measured.get(modelId);
      return Optional.ofNullable(jobs).map(kept -> MeasuredJobs.newBuilder(kept).build());
    }

    @Override
    public void putMeasured(String modelId, MeasuredJobs jobs) {
      measured.put(modelId, MeasuredJobs.newBuilder(jobs).build());
    }

    private static String key(int index) {
      return HexFormat.of().toHexDigits(index);
    }
  }
}
