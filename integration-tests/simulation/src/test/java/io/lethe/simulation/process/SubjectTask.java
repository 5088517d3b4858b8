package io.lethe.simulation.process;

import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.ReservoirState;
import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.SubjectState;
import io.lethe.accumulator.domain.Subjects;
import io.lethe.accumulator.domain.Timeline;
import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.accumulator.record.ReservoirEntry;
import io.lethe.accumulator.subject.RecordChecks;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FakeBroker;
import io.lethe.simulation.broker.TransactionalProducer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One partition of subjects: the real {@link Subjects} over stores of the simulation. */
final class SubjectTask implements AccumulatorTask {
  /** So small that a request over a few interactions has several parts. */
  private static final ExpansionLimits LIMITS = new ExpansionLimits(500, 400);

  private static final RetainReservoir.Sizes SIZES = new RetainReservoir.Sizes(6, 4, "1");

  private final World world;
  private final int partition;
  private final RecordChecks checks;
  private final TaskStore timeline;
  private final TaskStore profiles;
  private final TaskStore erasures;
  private final TaskStore train;
  private final TaskStore held;
  private final Subjects subjects;

  SubjectTask(World world, int partition, Supplier<TransactionalProducer> output) {
    this.world = world;
    this.partition = partition;
    this.checks = new RecordChecks(partition, World.SUBJECT_PARTITIONS);
    FakeBroker broker = world.broker();
    this.timeline = new TaskStore(broker, "timeline-" + partition);
    this.profiles = new TaskStore(broker, "profiles-" + partition);
    this.erasures = new TaskStore(broker, "erasures-" + partition);
    this.train = new TaskStore(broker, "train-" + partition);
    this.held = new TaskStore(broker, "held-" + partition);
    this.subjects =
        new Subjects(
            World.MODEL,
            World.RULE,
            LIMITS,
            new StoredTimeline(),
            new StoredSubjects(),
            new RetainReservoir(
                World.RULE,
                SIZES,
                partition,
                World.SUBJECT_PARTITIONS,
                new StoredReservoir(train),
                new StoredReservoir(held),
                (slot, sampled) -> {
                  if (sampled != null || !world.is(Mutation.ACCUMULATOR_KEEPS_ERASED_SAMPLES)) {
                    output.get().send(Topics.RETAIN_SAMPLED.name(), slot, sampled);
                  }
                }),
            world.keys(),
            part -> output.get().send(World.EXPANDED, part.getModelId(), part));
  }

  /** Topics and partitions that the task reads. */
  static List<String> sources(int partition) {
    return List.of(
        Topics.INTERACTION_RECORDED.name() + '/' + partition,
        Topics.PROFILE_SUBJECT.name() + '/' + partition,
        Topics.DELETION_REQUESTED.name() + '/' + partition);
  }

  @Override
  public void process(Entry entry) {
    if (entry.value() != null && !Follower.isReadable(entry)) {
      return;
    }
    try {
      dispatch(entry);
    } catch (IllegalArgumentException unusable) {
      world.coverage().count("accumulator dead letters");
    }
  }

  private void dispatch(Entry entry) {
    String key = entry.key();
    if (entry.topic().equals(Topics.INTERACTION_RECORDED.name())) {
      String subjectRef = checks.subjectOfInteraction(key);
      if (entry.value() instanceof InteractionRecorded interaction) {
        checks.verify(key, interaction);
        subjects.record(interaction);
      } else {
        subjects.forget(subjectRef, InteractionKey.itemId(key));
      }
    } else if (entry.topic().equals(Topics.PROFILE_SUBJECT.name())) {
      String subjectRef = checks.subject(entry.topic(), key);
      if (entry.value() instanceof SubjectProfile profile) {
        checks.verify(key, profile);
        subjects.profile(profile);
      } else {
        subjects.forgetProfile(subjectRef);
      }
    } else if (entry.value() instanceof DeletionRequested request) {
      checks.subject(entry.topic(), key);
      checks.verify(key, request);
      if (request.getAction() == DeletionAction.WITHDRAW) {
        subjects.withdraw(request);
      } else if (request.getAction() == DeletionAction.EXTEND) {
        subjects.extend(request);
      } else if (!subjects.erase(request)) {
        world.coverage().count("accumulator duplicates");
      }
    }
  }

  @Override
  public void check() {}

  @Override
  public void flush(TransactionalProducer producer) {
    List.of(timeline, profiles, erasures, train, held).forEach(store -> store.flush(producer));
  }

  private final class StoredTimeline implements Timeline {
    private static final String BY_ITEM = "item/";
    private static final String BY_TIME = "time/";

    @Override
    public Optional<InteractionRecorded> find(String subjectRef, String itemId) {
      return Optional.ofNullable(timeline.get(BY_ITEM + subjectRef + '/' + itemId));
    }

    @Override
    public void put(InteractionRecorded interaction) {
      timeline.put(byItem(interaction), interaction);
      timeline.put(byTime(interaction), interaction);
    }

    @Override
    public void remove(InteractionRecorded interaction) {
      timeline.put(byItem(interaction), null);
      timeline.put(byTime(interaction), null);
    }

    @Override
    public List<InteractionRecorded> before(InteractionRecorded position, int max) {
      List<InteractionRecorded> found = new ArrayList<>();
      String first = BY_TIME + position.getSubjectRef() + '/';
      for (Object value :
          timeline
              .content()
              .subMap(first, true, byTime(position), false)
              .descendingMap()
              .values()) {
        if (found.size() == max) {
          break;
        }
        found.add((InteractionRecorded) value);
      }
      Collections.reverse(found);
      return found;
    }

    @Override
    public List<InteractionRecorded> after(InteractionRecorded position, int max) {
      String last = BY_TIME + position.getSubjectRef() + "/\uffff";
      List<InteractionRecorded> found = new ArrayList<>();
      for (Object value :
          timeline.content().subMap(byTime(position), false, last, false).values()) {
        if (found.size() == max) {
          break;
        }
        found.add((InteractionRecorded) value);
      }
      return found;
    }

    @Override
    public List<InteractionRecorded> all(String subjectRef, int max) {
      List<InteractionRecorded> all = timeline.under(BY_TIME + subjectRef + '/');
      return all.subList(0, Math.min(max, all.size()));
    }

    private String byItem(InteractionRecorded interaction) {
      return BY_ITEM + interaction.getSubjectRef() + '/' + interaction.getItemId();
    }

    private String byTime(InteractionRecorded interaction) {
      return BY_TIME
          + interaction.getSubjectRef()
          + '/'
          + HexFormat.of().toHexDigits(interaction.getRecordedAt().toEpochMilli())
          + '/'
          + interaction.getItemId();
    }
  }

  private final class StoredSubjects implements SubjectState {
    @Override
    public Optional<SubjectProfile> profile(String subjectRef) {
      return Optional.ofNullable(profiles.get(subjectRef));
    }

    @Override
    public void putProfile(String subjectRef, SubjectProfile profile) {
      profiles.put(subjectRef, profile);
    }

    @Override
    public List<ErasureRecord> erasures(String subjectRef) {
      boolean forgets = world.is(Mutation.ACCUMULATOR_FORGETS_DUPLICATES);
      List<ErasureRecord> found = erasures.under(subjectRef + '/');
      return found.stream()
          .map(
              known ->
                  ErasureRecord.newBuilder(known)
                      .setExpanded(known.getExpanded() && !forgets)
                      .build())
          .toList();
    }

    @Override
    public void putErasure(String subjectRef, ErasureRecord erasure) {
      erasures.put(subjectRef + '/' + erasure.getRequestId(), erasure);
    }
  }

  private record StoredReservoir(TaskStore store) implements ReservoirState {
    private static final String CANDIDATE = "candidate/";

    @Override
    public List<ReservoirEntry> load() {
      return store.under("");
    }

    @Override
    public void put(ReservoirEntry entry) {
      store.put(CANDIDATE + entry.getPriority(), copy(entry));
    }

    @Override
    public void delete(String priority) {
      store.put(CANDIDATE + priority, null);
    }

    @Override
    public void putThreshold(ReservoirEntry threshold) {
      store.put("threshold", copy(threshold));
    }

    private static ReservoirEntry copy(ReservoirEntry entry) {
      return ReservoirEntry.newBuilder(entry).build();
    }
  }
}
