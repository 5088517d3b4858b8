package io.lethe.accumulator.subject;

import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.Subjects;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.topology.AccumulatorSettings;
import io.lethe.accumulator.topology.Outputs;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.SubjectProfile;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/** Feeds the records of one subject partition to {@link Subjects}. */
public final class SubjectProcessor
    implements Processor<String, SpecificRecord, String, SpecificRecord> {
  private static final Logger LOG = Logger.getLogger(SubjectProcessor.class);

  private final AccumulatorSettings settings;
  private ProcessorContext<String, SpecificRecord> context;
  private RecordChecks checks;
  private Subjects subjects;

  /** Timestamp of the record at hand: what follows from it carries the same. */
  private long timestamp;

  public SubjectProcessor(AccumulatorSettings settings) {
    this.settings = settings;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> processorContext) {
    context = processorContext;
    timestamp = context.currentSystemTimeMs();
    int partition = context.taskId().partition();
    checks = new RecordChecks(partition, settings.subjectPartitions());
    RetainReservoir reservoir =
        new RetainReservoir(
            settings.sampleRule(),
            settings.reservoir(),
            partition,
            settings.subjectPartitions(),
            new StoredReservoir(context.getStateStore(SubjectStores.RESERVOIR), "train"),
            new StoredReservoir(context.getStateStore(SubjectStores.RESERVOIR), "held"),
            this::publishSlot);
    subjects =
        new Subjects(
            settings.modelId(),
            settings.sampleRule(),
            settings.expansion(),
            new StoredTimeline(
                context.getStateStore(SubjectStores.TIMELINE),
                context.getStateStore(SubjectStores.RATED_AT)),
            new StoredSubjects(
                context.getStateStore(SubjectStores.PROFILES),
                context.getStateStore(SubjectStores.ERASURES)),
            reservoir,
            settings.dataKeys(),
            this::forwardPart);
    Sweep sweep =
        new Sweep(
            partition,
            settings.subjectPartitions(),
            SubjectStores.NAMES.stream()
                .<KeyValueStore<String, ?>>map(context::getStateStore)
                .toList());
    context.schedule(
        settings.sweepInterval(), PunctuationType.WALL_CLOCK_TIME, now -> sweep(sweep, now));
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    timestamp = record.timestamp();
    String topic = context.recordMetadata().orElseThrow().topic();
    if (topic.equals(Topics.INTERACTION_RECORDED.name())) {
      processInteraction(record.key(), (InteractionRecorded) record.value());
    } else if (topic.equals(Topics.PROFILE_SUBJECT.name())) {
      processProfile(record.key(), (SubjectProfile) record.value());
    } else {
      processRequest(record.key(), (DeletionRequested) record.value());
    }
  }

  private void processInteraction(String key, InteractionRecorded interaction) {
    String subjectRef = checks.subjectOfInteraction(key);
    if (interaction == null) {
      subjects.forget(subjectRef, InteractionKey.itemId(key));
    } else {
      checks.verify(key, interaction);
      subjects.record(interaction);
    }
  }

  private void processProfile(String key, SubjectProfile profile) {
    String subjectRef = checks.subject(Topics.PROFILE_SUBJECT.name(), key);
    if (profile == null) {
      subjects.forgetProfile(subjectRef);
    } else {
      checks.verify(key, profile);
      subjects.profile(profile);
    }
  }

  private void processRequest(String key, DeletionRequested request) {
    checks.subject(Topics.DELETION_REQUESTED.name(), key);
    if (request == null) {
      throw new IllegalArgumentException(
          "A deletion request must have a value; got a tombstone. To take a request back send"
              + " action WITHDRAW.");
    }
    checks.verify(key, request);
    if (request.getAction() == DeletionAction.WITHDRAW) {
      subjects.withdraw(request);
    } else if (request.getAction() == DeletionAction.EXTEND) {
      subjects.extend(request);
    } else if (!subjects.erase(request)) {
      LOG.infof(
          "Deletion request %s came again; it has its effect already.", request.getRequestId());
    }
  }

  private void sweep(Sweep sweep, long now) {
    sweep.changeLogs();
    String key = InteractionKey.of(sweep.subjectRef(), Sweep.KEY);
    forwardTombstone(Topics.INTERACTION_RECORDED, key, now, Outputs.INTERACTION_SWEPT);
    forwardTombstone(Topics.PROFILE_SUBJECT, sweep.subjectRef(), now, Outputs.PROFILE_SWEPT);
    forwardTombstone(Topics.RETAIN_SAMPLED, Sweep.KEY, now, Outputs.RETAIN_SAMPLED);
  }

  private void forwardTombstone(Topic<?> topic, String key, long now, String child) {
    context.forward(
        new Record<>(
            key, null, now, Outputs.headers(topic, "sweep:" + now, Instant.ofEpochMilli(now))),
        child);
  }

  private void publishSlot(String slot, RetainSampled sampled) {
    String id = slot + ':' + (sampled == null ? "empty" : sampled.getSample().getSampleId());
    context.forward(
        new Record<>(
            slot,
            sampled,
            timestamp,
            Outputs.headers(Topics.RETAIN_SAMPLED, id, Instant.ofEpochMilli(timestamp))),
        Outputs.RETAIN_SAMPLED);
  }

  private void forwardPart(ExpandedRequest part) {
    context.forward(new Record<>(part.getModelId(), part, timestamp), Outputs.EXPANDED);
  }
}
