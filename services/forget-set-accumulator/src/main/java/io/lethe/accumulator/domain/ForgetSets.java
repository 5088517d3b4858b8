package io.lethe.accumulator.domain;

import io.lethe.accumulator.domain.ForgetSetState.Entry;
import io.lethe.accumulator.domain.Lifecycles.RequestEvent;
import io.lethe.accumulator.domain.Lifecycles.RequestStage;
import io.lethe.accumulator.domain.Lifecycles.SetEvent;
import io.lethe.accumulator.domain.Lifecycles.SetStage;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.PartKind;
import io.lethe.accumulator.record.RequestDeadline;
import io.lethe.accumulator.record.RequestStanding;
import io.lethe.schemas.WatermarkEntries;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SealedSamples;
import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The forget sets of a model: one is open, takes parts of requests, and closes by its rules. The
 * time only decides when a set closes; what it holds and what it is called follow from the order of
 * the parts alone.
 */
public final class ForgetSets {
  /** What a forget set brings about. */
  public interface Effects {
    /** A set closed. */
    void publish(ForgetSetClosed closed);

    /** The interactions and the profile of a person are to be erased from where they are kept. */
    void erase(String subjectRef, List<String> itemIds, boolean profile);

    /** A closed set is not counted among what is owed, since so many are already. */
    void uncounted(ForgetSetClosed closed);
  }

  /** What became of a part. */
  public enum Outcome {
    ADDED,
    WITHDRAWN,
    TOO_LATE_TO_WITHDRAW,
    ERASED_AT_ONCE,
    EXTENDED,
    OF_ANOTHER_SUBJECT,
    IGNORED
  }

  /** Room for the fixed fields of a closed set. */
  private static final long FRAME_BYTES = 512;

  /**
   * Room for the lengths and the key's id that a part adds beside its request, its person and its
   * samples.
   */
  private static final long PART_BYTES = 128;

  /** The most that a character takes in UTF-8. */
  private static final int CHARACTER_BYTES_MAX = 4;

  /** The most that a sample's length takes before it. */
  private static final long LENGTH_BYTES = 5;

  private static final long FIRST_SEQUENCE = 1;

  private final ClosingRules rules;
  private final Lifecycles lifecycles;
  private final ForgetSetState state;
  private final Effects effects;
  private final String modelId;
  private final DataKeys keys;
  private final UnlearningBacklog backlog;

  /**
   * The forget sets of one model.
   *
   * @param keys open what the parts carry sealed
   * @param owedSetsMax closed sets without an accepted candidate that are remembered
   */
  public ForgetSets(
      String modelId,
      ClosingRules rules,
      UnlearningTime unlearningTime,
      int owedSetsMax,
      DataKeys keys,
      Lifecycles lifecycles,
      ForgetSetState state,
      Effects effects) {
    this.modelId = modelId;
    this.keys = keys;
    this.rules = rules;
    this.lifecycles = lifecycles;
    this.state = state;
    this.effects = effects;
    this.backlog = new UnlearningBacklog(modelId, unlearningTime, owedSetsMax, state);
  }

  /** Takes one part; may close the open set before it, after it, or both. */
  public Outcome accept(ExpandedRequest part, Instant now) {
    Optional<RequestStanding> standing = state.standing(part.getRequestId());
    if (standing.isPresent() && !standing.get().getSubjectRef().equals(part.getSubjectRef())) {
      return Outcome.OF_ANOTHER_SUBJECT;
    }
    return switch (part.getKind()) {
      case PART -> {
        makeRoom(part, now);
        add(part, next(part, RequestEvent.PART_ARRIVED), now);
        yield Outcome.ADDED;
      }
      case LATE -> acceptLate(part, now);
      case WITHDRAWAL -> acceptWithdrawal(part);
      case EXTENSION -> acceptExtension(part);
    };
  }

  /** A candidate was trained for one of the closed sets, or another model's. */
  public void trained(AdapterTrained candidate) {
    if (candidate.getModelId().equals(modelId)) {
      backlog.trained(candidate);
    }
  }

  /**
   * A request came to its end: its data key is destroyed, and with it what every log, change log
   * and store still holds of its samples.
   */
  public void ended(String requestId) {
    state
        .standing(requestId)
        .filter(standing -> standing.getKeyId() != null)
        .ifPresent(
            standing -> {
              keys.destroy(standing.getKeyId());
              state.putStanding(
                  requestId, RequestStanding.newBuilder(standing).setKeyId(null).build());
            });
  }

  /** Closes the model's open set when its age or a deadline asks for it. */
  public void check(Instant now) {
    OpenForgetSet head = headOf(modelId);
    if (stageOf(head) == SetStage.OPEN) {
      rules.at(head, backlog.lead(head), now).ifPresent(trigger -> close(head, trigger, now));
    }
  }

  /** What must still be unlearned. */
  public OwedWork owed() {
    return backlog.owed(headOf(modelId));
  }

  private Outcome acceptLate(ExpandedRequest part, Instant now) {
    if (stageOf(part) == RequestStage.OPEN) {
      makeRoom(part, now);
    }
    RequestStage stage = next(part, RequestEvent.LATE_DATA_ARRIVED);
    return switch (stage) {
      case OPEN -> {
        add(part, stage, now);
        yield Outcome.ADDED;
      }
      case CLOSED -> {
        effects.erase(part.getSubjectRef(), part.getErasedItemIds(), part.getEraseProfile());
        yield Outcome.ERASED_AT_ONCE;
      }
      case UNSEEN, WITHDRAWN -> Outcome.IGNORED;
    };
  }

  private Outcome acceptWithdrawal(ExpandedRequest part) {
    RequestStage before = stageOf(part);
    RequestStage stage = next(part, RequestEvent.WITHDRAWAL_ARRIVED);
    if (before != RequestStage.OPEN) {
      return before == RequestStage.CLOSED ? Outcome.TOO_LATE_TO_WITHDRAW : Outcome.IGNORED;
    }
    OpenForgetSet head = headOf(part.getModelId());
    lifecycles.forgetSet().next(stageOf(head), SetEvent.REQUEST_WITHDRAWN);
    for (Entry entry : state.entries(part.getModelId())) {
      if (entry.part().getRequestId().equals(part.getRequestId())) {
        state.deleteEntry(part.getModelId(), entry.index());
      }
    }
    int index = head.getEntriesAdded();
    state.putEntry(part.getModelId(), new Entry(index, part));
    putStanding(part, stage, head.getSequence());
    OpenForgetSet emptied =
        OpenForgetSet.newBuilder(head)
            .setEntriesAdded(index + 1)
            .setEntries(0)
            .setRequests(0)
            .setSamples(0)
            .setRecordBytes(FRAME_BYTES)
            .setEarliestDueAt(earliestDueAt(part.getModelId()).orElse(part.getDueAt()))
            .build();
    state.entries(part.getModelId()).forEach(entry -> count(emptied, entry.part()));
    state.putHead(emptied);
    return Outcome.WITHDRAWN;
  }

  /** Moves the deadline of whatever is there of the request: entries and closed sets. */
  private Outcome acceptExtension(ExpandedRequest extension) {
    next(extension, RequestEvent.EXTENSION_ARRIVED);
    boolean inOpenSet = false;
    for (Entry entry : state.entries(extension.getModelId())) {
      ExpandedRequest part = entry.part();
      if (part.getRequestId().equals(extension.getRequestId())
          && part.getKind() != PartKind.WITHDRAWAL) {
        part.setDueAt(extension.getDueAt());
        state.putEntry(extension.getModelId(), entry);
        inOpenSet = true;
      }
    }
    if (inOpenSet) {
      OpenForgetSet head = headOf(extension.getModelId());
      head.setEarliestDueAt(earliestDueAt(extension.getModelId()).orElseThrow());
      state.putHead(head);
    }
    boolean owed = backlog.extended(extension.getRequestId(), extension.getDueAt());
    return inOpenSet || owed ? Outcome.EXTENDED : Outcome.IGNORED;
  }

  /** The first deadline of what the open set is to make forgotten; empty when that is nothing. */
  private Optional<Instant> earliestDueAt(String model) {
    return state.entries(model).stream()
        .map(Entry::part)
        .filter(part -> part.getKind() != PartKind.WITHDRAWAL)
        .map(ExpandedRequest::getDueAt)
        .min(Comparator.naturalOrder());
  }

  /**
   * Closes the open set if the part no longer fits. Comes first: the part's own request may be in
   * that set.
   */
  private void makeRoom(ExpandedRequest part, Instant now) {
    OpenForgetSet head = headOf(part.getModelId());
    if (stageOf(head) == SetStage.OPEN) {
      rules.beforeAdding(head, bytesOf(part)).ifPresent(trigger -> close(head, trigger, now));
    }
  }

  private void add(ExpandedRequest part, RequestStage stage, Instant now) {
    OpenForgetSet head = headOf(part.getModelId());
    if (stageOf(head) == SetStage.EMPTY) {
      head.setOpenedAt(part.getAcceptedAt());
      head.setAgeFrom(now);
      head.setEarliestDueAt(part.getDueAt());
    }
    lifecycles.forgetSet().next(stageOf(head), SetEvent.ENTRY_ADDED);
    int index = head.getEntriesAdded();
    state.putEntry(part.getModelId(), new Entry(index, part));
    putStanding(part, stage, head.getSequence());
    head.setEntriesAdded(index + 1);
    count(head, part);
    state.putHead(head);
    Optional<CloseTrigger> full = rules.afterAdding(head);
    if (full.isPresent()) {
      close(head, full.get(), now);
    }
  }

  private void close(OpenForgetSet head, CloseTrigger trigger, Instant now) {
    lifecycles.forgetSet().next(stageOf(head), eventOf(trigger));
    List<Entry> entries = state.entries(head.getModelId());
    List<String> requestIds = new ArrayList<>();
    List<String> withdrawn = new ArrayList<>();
    // Two requests of one person may reach the same sample; it is forgotten once.
    Map<String, Sample> inClear = new LinkedHashMap<>();
    Set<String> sealedIds = new LinkedHashSet<>();
    List<SealedSamples> sealedSamples = new ArrayList<>();
    Set<String> requiredWatermark = new LinkedHashSet<>();
    Map<String, RequestDeadline> deadlines = new LinkedHashMap<>();
    for (Entry entry : entries) {
      ExpandedRequest part = entry.part();
      if (part.getKind() == PartKind.WITHDRAWAL) {
        withdrawn.add(part.getRequestId());
        continue;
      }
      deadlines.put(part.getRequestId(), new RequestDeadline(part.getRequestId(), part.getDueAt()));
      state.forgottenAs(head.getModelId(), part.getSubjectRef()).ifPresent(requiredWatermark::add);
      if (part.getLast()) {
        requestIds.add(part.getRequestId());
      }
      if (part.getKeyId() != null) {
        sealedOf(part, sealedIds).ifPresent(sealedSamples::add);
        continue;
      }
      for (ByteBuffer bytes : part.getSamples()) {
        Sample sample = InternalBytes.sample(bytes);
        inClear.putIfAbsent(sample.getSampleId(), sample);
      }
    }
    Set<String> sampleIds = new LinkedHashSet<>(inClear.keySet());
    sampleIds.addAll(sealedIds);
    ForgetSetClosed closed =
        ForgetSetClosed.newBuilder()
            .setForgetSetId(
                Digests.forgetSetId(head.getModelId(), head.getSequence(), requestIds, sampleIds))
            .setModelId(head.getModelId())
            .setSequence(head.getSequence())
            .setRequestIds(requestIds)
            .setWithdrawnRequestIds(withdrawn)
            .setSamples(List.copyOf(inClear.values()))
            .setSealedSamples(sealedSamples)
            .setRequiredWatermark(List.copyOf(requiredWatermark))
            .setTrigger(trigger)
            .setOpenedAt(head.getOpenedAt())
            .setClosedAt(now)
            .setEarliestDueAt(head.getEarliestDueAt())
            .setDigest(Digests.samples(sampleIds))
            .build();
    effects.publish(closed);
    if (!backlog.closed(owed(closed, List.copyOf(deadlines.values())))) {
      effects.uncounted(closed);
    }
    String forgottenAs = WatermarkEntries.of(closed).get(0);
    for (Entry entry : entries) {
      finish(head, entry, forgottenAs);
    }
    state.putHead(emptySet(head.getModelId(), head.getSequence() + 1));
  }

  /** The part's samples, still sealed, but those that the set has already. */
  private Optional<SealedSamples> sealedOf(ExpandedRequest part, Set<String> sampleIds) {
    if (part.getSamples().isEmpty()) {
      return Optional.empty();
    }
    DataKey key = keyOf(part);
    List<ByteBuffer> samples =
        part.getSamples().stream()
            .filter(bytes -> sampleIds.add(SampleSeals.open(key, bytes).getSampleId()))
            .toList();
    return samples.isEmpty()
        ? Optional.empty()
        : Optional.of(new SealedSamples(key.id(), part.getSubjectRef(), samples));
  }

  private DataKey keyOf(ExpandedRequest part) {
    return keys.find(part.getKeyId())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Data key "
                        + part.getKeyId()
                        + " of open request "
                        + part.getRequestId()
                        + " is gone; restore lethe.data-key-folder, which every accumulator and"
                        + " worker of the model must share."));
  }

  /** The items whose interactions are to be erased. */
  private List<String> erasedItemIds(ExpandedRequest part) {
    if (part.getSealedErasedItemIds().isEmpty()) {
      return part.getErasedItemIds();
    }
    DataKey key = keyOf(part);
    return Stream.concat(
            part.getErasedItemIds().stream(),
            part.getSealedErasedItemIds().stream()
                .map(bytes -> StandardCharsets.UTF_8.decode(key.open(bytes)).toString()))
        .toList();
  }

  private static OwedForgetSet owed(ForgetSetClosed closed, List<RequestDeadline> deadlines) {
    return new OwedForgetSet(
        closed.getForgetSetId(), closed.getSequence(), SampleSeals.count(closed), deadlines);
  }

  private void finish(OpenForgetSet head, Entry entry, String forgottenAs) {
    ExpandedRequest part = entry.part();
    state.deleteEntry(head.getModelId(), entry.index());
    if (part.getKind() == PartKind.WITHDRAWAL) {
      return;
    }
    putStanding(part, next(part, RequestEvent.SET_CLOSED), head.getSequence());
    if (!part.getSamples().isEmpty()) {
      state.putForgottenAs(head.getModelId(), part.getSubjectRef(), forgottenAs);
    }
    List<String> itemIds = erasedItemIds(part);
    if (part.getEraseProfile() || !itemIds.isEmpty()) {
      effects.erase(part.getSubjectRef(), itemIds, part.getEraseProfile());
    }
  }

  private void count(OpenForgetSet head, ExpandedRequest part) {
    head.setEntries(head.getEntries() + 1);
    if (part.getLast() || part.getKind() == PartKind.WITHDRAWAL) {
      head.setRequests(head.getRequests() + 1);
    }
    head.setSamples(head.getSamples() + part.getSamples().size());
    head.setRecordBytes(head.getRecordBytes() + bytesOf(part));
    if (part.getKind() != PartKind.WITHDRAWAL
        && part.getDueAt().isBefore(head.getEarliestDueAt())) {
      head.setEarliestDueAt(part.getDueAt());
    }
  }

  /** Upper bound of what the part adds to the closed record. */
  private long bytesOf(ExpandedRequest part) {
    int required =
        state.forgottenAs(part.getModelId(), part.getSubjectRef()).map(String::length).orElse(0);
    return PART_BYTES
        + (long) CHARACTER_BYTES_MAX
            * (part.getRequestId().length() + part.getSubjectRef().length() + required)
        + part.getSamples().stream().mapToLong(bytes -> LENGTH_BYTES + bytes.remaining()).sum();
  }

  private OpenForgetSet headOf(String modelId) {
    return state.head(modelId).orElseGet(() -> emptySet(modelId, FIRST_SEQUENCE));
  }

  private static OpenForgetSet emptySet(String modelId, long sequence) {
    return OpenForgetSet.newBuilder()
        .setModelId(modelId)
        .setSequence(sequence)
        .setEntriesAdded(0)
        .setEntries(0)
        .setRequests(0)
        .setSamples(0)
        .setRecordBytes(FRAME_BYTES)
        .setOpenedAt(Instant.EPOCH)
        .setAgeFrom(Instant.EPOCH)
        .setEarliestDueAt(Instant.EPOCH)
        .build();
  }

  private static SetStage stageOf(OpenForgetSet head) {
    return head.getEntries() == 0 ? SetStage.EMPTY : SetStage.OPEN;
  }

  private RequestStage stageOf(ExpandedRequest part) {
    return state
        .standing(part.getRequestId())
        .map(RequestStanding::getStage)
        .map(RequestStage::valueOf)
        .orElse(RequestStage.UNSEEN);
  }

  private RequestStage next(ExpandedRequest part, RequestEvent event) {
    return lifecycles.request().next(stageOf(part), event);
  }

  private void putStanding(ExpandedRequest part, RequestStage stage, long sequence) {
    String keyId = part.getKeyId();
    if (keyId == null) {
      keyId = state.standing(part.getRequestId()).map(RequestStanding::getKeyId).orElse(null);
    }
    state.putStanding(
        part.getRequestId(),
        new RequestStanding(part.getSubjectRef(), stage.name(), sequence, keyId));
  }

  private static SetEvent eventOf(CloseTrigger trigger) {
    return switch (trigger) {
      case SIZE -> SetEvent.SIZE_REACHED;
      case BYTES -> SetEvent.BYTES_REACHED;
      case AGE -> SetEvent.AGE_REACHED;
      case DEADLINE -> SetEvent.DEADLINE_NEAR;
      case UNKNOWN -> throw new IllegalArgumentException("A set closes for a reason; got UNKNOWN.");
    };
  }
}
