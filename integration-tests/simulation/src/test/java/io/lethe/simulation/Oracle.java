package io.lethe.simulation;

import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.PartKind;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.SampleSeals;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.Reader;
import io.lethe.worker.assemble.RetainReservoir;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Knows what was promised, sees every committed record, and compares. It decides nothing for
 * anybody.
 */
public final class Oracle {
  private final World world;
  private final Reader reader;
  private final ErasureOracle erasures;
  private final Map<String, PlannedRequest> planned = new LinkedHashMap<>();
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, Instant> requested = new HashMap<>();
  private final Map<String, Set<String>> obligations = new HashMap<>();
  private final Map<String, Set<String>> closedSamples = new HashMap<>();
  private final Map<String, ForgetSetClosed> asClosed = new HashMap<>();
  private final Map<String, String> setOfRequest = new HashMap<>();
  private final Set<String> withdrawn = new HashSet<>();
  private final Set<String> candidates = new HashSet<>();
  private final Map<Long, String> settledBy = new HashMap<>();
  private final Map<String, DeletionProgressed> progress = new HashMap<>();
  private final Set<String> receipts = new HashSet<>();
  private final Set<String> completed = new HashSet<>();
  private final List<String> suppressed = new ArrayList<>();
  private Operator operator;
  private long sequence;
  private AdapterVersion version;

  Oracle(World world) {
    this.world = world;
    this.reader =
        world
            .broker()
            .reader(
                Topics.DELETION_REQUESTED.name(),
                World.EXPANDED,
                Topics.FORGET_SET_CLOSED.name(),
                Topics.ADAPTER_TRAINED.name(),
                Topics.ADAPTER_VERSION.name(),
                Topics.DELETION_PROGRESSED.name());
    this.erasures = new ErasureOracle(world);
  }

  void employ(Operator employed) {
    operator = employed;
  }

  void planned(PlannedRequest request) {
    planned.put(request.requestId(), request);
  }

  /** An asker was told that the request is accepted. */
  void accepted(String requestId) {
    if (accepted.add(requestId)) {
      world.tell("oracle", World.brief(requestId) + " was accepted");
    }
  }

  boolean isAccepted(String requestId) {
    return accepted.contains(requestId);
  }

  /** The set as it lies in its topic, its samples sealed. */
  ForgetSetClosed set(String forgetSetId) {
    return asClosed.get(forgetSetId);
  }

  /** Whether the version released last has forgotten all of it. */
  boolean isReleased(List<String> watermark) {
    return watermark.isEmpty()
        || (version != null && version.getWatermark().containsAll(watermark));
  }

  Set<String> completed() {
    return completed;
  }

  /**
   * Requests that the ledger has told to be out of every live server's prompts, but withdrawn ones.
   */
  List<String> suppressed() {
    return suppressed;
  }

  PlannedRequest request(String requestId) {
    return planned.get(requestId);
  }

  ErasureOracle erasures() {
    return erasures;
  }

  /** A promise that one process can tell for itself. */
  public void holds(String invariant, boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new Violation(invariant, otherwise.get());
    }
  }

  /** A worker committed the outcome of the forget set at that offset. */
  public void settled(long offset, String worker) {
    String before = settledBy.putIfAbsent(offset, worker);
    holds(
        "a zombie's publish is refused",
        before == null,
        () -> worker + " settles offset " + offset + " again, after " + before);
  }

  /** A forget set went to the dead-letter topic. */
  public void deadLettered(Entry entry) {
    if (entry.value() instanceof ForgetSetClosed set) {
      world.coverage().count("dead-lettered forget sets");
      operator.attend(set.getForgetSetId());
    }
  }

  /** The catalog refused a candidate. */
  public void refused(AdapterTrained candidate) {
    if (!candidate.getExact()) {
      operator.attend(candidate.getForgetSetId());
    }
  }

  /** What a worker is about to keep while it forgets the set. */
  public void retains(ForgetSetClosed set, RetainReservoir.Contents kept) {
    erasures.retains(set, kept);
  }

  /** A receipt was issued. */
  public void receipt(String receiptId) {
    receipts.add(receiptId);
  }

  /** Looks at everything that was committed since the last look. */
  void look() {
    for (Entry entry = reader.poll(); entry != null; entry = reader.poll()) {
      if (entry.value() instanceof DeletionRequested request && entry.key() != null) {
        requested(request);
      } else if (entry.value() instanceof ExpandedRequest part) {
        expanded(part);
      } else if (entry.value() instanceof ForgetSetClosed set) {
        if (asClosed.putIfAbsent(set.getForgetSetId(), set) == null) {
          closed(world.opened(set));
        }
      } else if (entry.value() instanceof AdapterTrained candidate) {
        trained(candidate);
      } else if (entry.value() instanceof AdapterVersion released) {
        released(released);
      } else if (entry.value() instanceof DeletionProgressed snapshot) {
        progressed(snapshot);
      }
    }
    erasures.look();
  }

  private void requested(DeletionRequested request) {
    if (request.getAction() == DeletionAction.ERASE) {
      requested.merge(
          request.getRequestId(),
          request.getAcceptedAt(),
          (one, other) -> one.isBefore(other) ? one : other);
    }
  }

  private void expanded(ExpandedRequest part) {
    if (part.getKind() == PartKind.PART) {
      Set<String> samples =
          obligations.computeIfAbsent(part.getRequestId(), missing -> new HashSet<>());
      DataKey key = world.keys().find(part.getKeyId()).orElseThrow();
      part.getSamples().forEach(bytes -> samples.add(SampleSeals.open(key, bytes).getSampleId()));
    }
  }

  private void closed(ForgetSetClosed set) {
    world.tell(
        "oracle",
        "set "
            + set.getSequence()
            + " closed by "
            + set.getTrigger()
            + ": "
            + set.getRequestIds().stream().map(World::brief).toList()
            + ", "
            + set.getSamples().size()
            + " samples");
    holds(
        "one effect",
        set.getSequence() == ++sequence,
        () -> "set " + set.getSequence() + " closes where " + sequence + " was next");
    set.getSamples()
        .forEach(
            sample ->
                closedSamples
                    .computeIfAbsent(sample.getSubjectRef(), missing -> new HashSet<>())
                    .add(sample.getSampleId()));
    for (String requestId : set.getRequestIds()) {
      // What an earlier request of the person took with it, this one no longer found.
      String subjectRef = planned.get(requestId).subjectRef();
      obligations
          .computeIfAbsent(requestId, missing -> new HashSet<>())
          .addAll(closedSamples.getOrDefault(subjectRef, Set.of()));
      String before = setOfRequest.put(requestId, set.getForgetSetId());
      holds(
          "one effect",
          before == null && !withdrawn.contains(requestId),
          () -> World.brief(requestId) + " is in a second set, or was withdrawn");
      holds(
          "one effect",
          requested.containsKey(requestId),
          () -> World.brief(requestId) + " is in a set but was never accepted");
    }
    for (String requestId : set.getWithdrawnRequestIds()) {
      withdrawn.add(requestId);
      holds(
          "one effect",
          !setOfRequest.containsKey(requestId),
          () -> World.brief(requestId) + " is withdrawn after its set closed");
    }
  }

  private void trained(AdapterTrained candidate) {
    if (candidate.getAccepted() && !candidate.getExact()) {
      holds(
          "one candidate for a forget set",
          candidates.add(candidate.getForgetSetId() + '/' + candidate.getParentAdapterId()),
          () ->
              "set "
                  + candidate.getForgetSetSequence()
                  + " has a second accepted candidate on the same parent");
    }
  }

  private void released(AdapterVersion released) {
    long expected = version == null ? 0 : version.getVersion() + 1;
    holds(
        "the released watermark never falls",
        released.getVersion() == expected,
        () -> "version " + released.getVersion() + " follows where " + expected + " was next");
    holds(
        "the released watermark never falls",
        version == null || released.getWatermark().containsAll(version.getWatermark()),
        () -> "version " + released.getVersion() + " lacks requests of the one before");
    Set<String> forgotten = world.artefacts().forgotten(released.getAdapterId());
    for (String requestId : released.getWatermark()) {
      long missing =
          obligations.getOrDefault(requestId, Set.of()).stream()
              .filter(sampleId -> !forgotten.contains(sampleId))
              .count();
      holds(
          "a version has forgotten what it claims",
          missing == 0,
          () ->
              "version "
                  + released.getVersion()
                  + " claims "
                  + World.brief(requestId)
                  + " but its adapter remembers "
                  + missing
                  + " of its samples");
    }
    version = released;
  }

  private void progressed(DeletionProgressed snapshot) {
    String requestId = snapshot.getRequestId();
    DeletionProgressed before = progress.put(requestId, snapshot);
    holds(
        "complete is final",
        before == null || before.getStage() == snapshot.getStage() || !isFinal(before.getStage()),
        () ->
            World.brief(requestId) + " is " + snapshot.getStage() + " after " + before.getStage());
    if (snapshot.getStage() == RequestStage.WITHDRAWN) {
      suppressed.remove(requestId);
      holds(
          "one effect",
          withdrawn.contains(requestId) && !setOfRequest.containsKey(requestId),
          () -> World.brief(requestId) + " is called withdrawn, but no set says so");
    } else if (snapshot.getSuppressedAt() != null
        && planned.containsKey(requestId)
        && !suppressed.contains(requestId)) {
      suppressed.add(requestId);
    }
    if (snapshot.getStage() == RequestStage.COMPLETED) {
      holds(
          "a receipt for every completion",
          receipts.contains(snapshot.getReceiptId()),
          () -> World.brief(requestId) + " is complete without a receipt");
      completed.add(requestId);
    }
  }

  static boolean isFinal(RequestStage stage) {
    return stage == RequestStage.COMPLETED || stage == RequestStage.WITHDRAWN;
  }

  /** Requests that have not come to their end. */
  List<String> unfinished() {
    return planned.keySet().stream()
        .filter(
            requestId ->
                !progress.containsKey(requestId) || !isFinal(progress.get(requestId).getStage()))
        .toList();
  }

  /** What must hold once everything has come to rest. */
  void atRest() {
    for (String requestId : accepted) {
      holds(
          "accepted never lost",
          requested.containsKey(requestId),
          () -> World.brief(requestId) + " was accepted, but deletion.requested does not have it");
    }
    List<String> unfinished = unfinished();
    holds(
        "every request comes to its end",
        unfinished.isEmpty(),
        () ->
            unfinished.stream()
                .map(
                    requestId ->
                        World.brief(requestId)
                            + " is "
                            + (progress.containsKey(requestId)
                                ? progress.get(requestId).getStage()
                                : "unknown to the ledger"))
                .toList()
                .toString());
    erasures.atRest(planned.values().stream().filter(this::stands).toList(), requested);
  }

  private boolean stands(PlannedRequest request) {
    return !withdrawn.contains(request.requestId());
  }
}
