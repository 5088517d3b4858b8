package io.lethe.accumulator.forgetset;

import io.lethe.accumulator.domain.ForgetSets;
import io.lethe.accumulator.domain.OwedWork;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.topology.AccumulatorSettings;
import io.lethe.accumulator.topology.Outputs;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.TraceContext;
import io.lethe.schemas.seal.SampleSeals;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/**
 * Feeds the parts of requests, what was trained and what came to its end to the model's {@link
 * ForgetSets}, and lets them look at the clock.
 */
public final class ForgetSetProcessor
    implements Processor<String, SpecificRecord, String, SpecificRecord>, ForgetSets.Effects {
  private static final Logger LOG = Logger.getLogger(ForgetSetProcessor.class);

  private static final String SWEEP_KEY = "sweep";

  private final AccumulatorSettings settings;
  private ProcessorContext<String, SpecificRecord> context;
  private ForgetSets forgetSets;

  public ForgetSetProcessor(AccumulatorSettings settings) {
    this.settings = settings;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> processorContext) {
    context = processorContext;
    forgetSets =
        new ForgetSets(
            settings.modelId(),
            settings.closing(),
            settings.unlearningTime(),
            settings.owedSetsMax(),
            settings.dataKeys(),
            settings.lifecycles(),
            new StoredForgetSets(
                context.getStateStore(ForgetSetStores.HEADS),
                context.getStateStore(ForgetSetStores.ENTRIES),
                context.getStateStore(ForgetSetStores.STANDINGS),
                context.getStateStore(ForgetSetStores.FORGOTTEN_AS),
                context.getStateStore(ForgetSetStores.OWED),
                context.getStateStore(ForgetSetStores.MEASURED)),
            this);
    context.schedule(
        settings.checkInterval(),
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          forgetSets.check(Instant.ofEpochMilli(now));
          settings.observer().owed(forgetSets.owed());
        });
    context.schedule(
        settings.sweepInterval(),
        PunctuationType.WALL_CLOCK_TIME,
        // A tombstone under a key that is no model's, so that the change logs of what was erased
        // begin another segment and compact.
        now ->
            ForgetSetStores.NAMES.stream()
                .<KeyValueStore<String, ?>>map(context::getStateStore)
                .forEach(store -> store.delete(SWEEP_KEY)));
  }

  /** Another instance may hold the forget sets from now on, and tells what is owed. */
  @Override
  public void close() {
    settings.observer().owed(OwedWork.NONE);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof ExpandedRequest part) {
      accept(part);
    } else if (record.value() instanceof AdapterTrained candidate) {
      forgetSets.trained(candidate);
    } else if (record.value() instanceof DeletionProgressed progress && hasEnded(progress)) {
      forgetSets.ended(progress.getRequestId());
    }
  }

  private static boolean hasEnded(DeletionProgressed progress) {
    return progress.getStage() == RequestStage.COMPLETED
        || progress.getStage() == RequestStage.WITHDRAWN;
  }

  private void accept(ExpandedRequest part) {
    ForgetSets.Outcome outcome = forgetSets.accept(part, now());
    if (outcome == ForgetSets.Outcome.OF_ANOTHER_SUBJECT) {
      LOG.warnf(
          "Deletion request %s was made for another subject before; the second one is left out.",
          part.getRequestId());
    } else {
      LOG.infof(
          "Deletion request %s: %s, %s, %d samples.",
          part.getRequestId(), part.getKind(), outcome, part.getSamples().size());
    }
  }

  @Override
  public void publish(ForgetSetClosed closed) {
    LOG.infof(
        "Forget set %d of %s closed by %s: %d requests, %d withdrawn, %d samples, id %s.",
        closed.getSequence(),
        closed.getModelId(),
        closed.getTrigger(),
        closed.getRequestIds().size(),
        closed.getWithdrawnRequestIds().size(),
        SampleSeals.count(closed),
        closed.getForgetSetId());
    settings.observer().forgetSetClosed(closed);
    Instant now = now();
    Headers headers = Outputs.headers(Topics.FORGET_SET_CLOSED, closed.getForgetSetId(), now);
    context.forward(
        new Record<>(
            closed.getModelId(),
            closed,
            now.toEpochMilli(),
            TraceContext.ofForgetSet(closed.getForgetSetId()).stamp(headers)),
        Outputs.FORGET_SET_CLOSED);
  }

  @Override
  public void uncounted(ForgetSetClosed closed) {
    LOG.warnf(
        "Forget set %d is left out of what is owed: %d sets wait for an accepted candidate already."
            + " See that the worker runs and what its gates refuse, or raise"
            + " lethe.unlearning-time.owed-sets-max.",
        closed.getSequence(), settings.owedSetsMax());
  }

  @Override
  public void erase(String subjectRef, List<String> itemIds, boolean profile) {
    for (String itemId : itemIds) {
      String key = InteractionKey.of(subjectRef, itemId);
      forward(
          Topics.INTERACTION_RECORDED.name(),
          key,
          null,
          "erased:" + key,
          Outputs.INTERACTION_ERASED);
    }
    if (profile) {
      forward(
          Topics.PROFILE_SUBJECT.name(),
          subjectRef,
          null,
          "erased:" + subjectRef,
          Outputs.PROFILE_ERASED);
    }
  }

  private void forward(String topic, String key, SpecificRecord value, String id, String child) {
    Instant now = now();
    context.forward(
        new Record<>(key, value, now.toEpochMilli(), Outputs.headers(topic, id, now)), child);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
