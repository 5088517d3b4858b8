package io.lethe.ledger.follow;

import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.receipt.ReceiptIssuer;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.StorageException;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.RequestStage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The state of every request. It is recovered from deletion.progressed and the log on disk; then
 * what is known is folded over it. Each step goes to the log first, then the receipt is written,
 * then the snapshot is published, and only then shown: whatever fails in between is done again at
 * the next evaluation. Nothing is recorded before {@link #goLive()}, so catching up repeats
 * nothing.
 */
public final class Ledger {
  private static final Logger LOG = Logger.getLogger(Ledger.class);
  private static final int BATCH_REQUESTS_MAX = 500;

  private final Knowledge knowledge;
  private final RequestProgress progress;
  private final TransitionLog log;
  private final ReceiptIssuer receipts;
  private final SnapshotPublisher publisher;
  private final LedgerView view;
  private final LedgerObserver observer;
  private final int requestsMax;
  private final Clock clock;

  private final Map<String, LogEntry> logged;
  private final Map<String, RequestStage> known = new HashMap<>();
  private final Map<String, DeletionProgressed> open = new LinkedHashMap<>();
  private final Map<String, DeletionProgressed> inexact = new LinkedHashMap<>();
  private final Map<String, AcceptedRequest> unrecorded = new LinkedHashMap<>();
  private final Map<String, LogEntry> unpublished = new LinkedHashMap<>();
  private boolean live;
  private volatile boolean full;
  private volatile String fault;
  private volatile String conflict;
  private volatile Instant upToDateAt;
  private String told;
  private long toldSize;

  /**
   * @param logged the last log entry of each request; taken over
   * @param requestsMax requests held at once
   */
  public Ledger(
      Knowledge knowledge,
      RequestProgress progress,
      TransitionLog log,
      Map<String, LogEntry> logged,
      ReceiptIssuer receipts,
      SnapshotPublisher publisher,
      LedgerView view,
      LedgerObserver observer,
      int requestsMax,
      Clock clock) {
    this.knowledge = knowledge;
    this.progress = progress;
    this.log = log;
    this.logged = logged;
    this.receipts = receipts;
    this.publisher = publisher;
    this.view = view;
    this.observer = observer;
    this.requestsMax = requestsMax;
    this.clock = clock;
  }

  /** Takes a snapshot that was published before the start. */
  public synchronized void load(DeletionProgressed snapshot) {
    if (admits(snapshot.getRequestId())) {
      adopt(snapshot);
      view.put(snapshot);
    }
  }

  /** A signed checkpoint was told together with a snapshot before the start. */
  public synchronized void told(String checkpoint) {
    long size = log.sizeClaimedBy(checkpoint);
    if (size > toldSize) {
      told = checkpoint;
      toldSize = size;
    }
  }

  /**
   * Ends the loading of snapshots: what the log has later than them stands, and is to be published.
   */
  public synchronized void loaded() {
    if (told != null) {
      log.conflictWith(told)
          .ifPresent(
              why -> {
                conflict = why;
                LOG.error(why);
              });
    }
    for (LogEntry entry : logged.values()) {
      DeletionProgressed recorded = entry.after().toEvent();
      DeletionProgressed published = view.find(recorded.getRequestId()).orElse(null);
      boolean later =
          published == null || published.getUpdatedAt().isBefore(recorded.getUpdatedAt());
      if (later && admits(recorded.getRequestId())) {
        adopt(recorded);
        unpublished.put(recorded.getRequestId(), entry);
      }
    }
    logged.clear();
    LOG.infof("loaded %d requests, %d of them to publish", known.size(), unpublished.size());
  }

  /** A request was accepted. */
  public synchronized void accepted(AcceptedRequest request) {
    String requestId = request.request().getRequestId();
    RequestStage stage = known.get(requestId);
    if (stage != null && RequestLifecycle.isFinal(stage) && !unpublished.containsKey(requestId)) {
      return;
    }
    if (stage == null) {
      if (!admits(requestId)) {
        return;
      }
      unrecorded.putIfAbsent(requestId, request);
    }
    knowledge.accepted(request);
  }

  /**
   * The deadline of a request is to move. What the ledger holds no more, or has moved before, stays
   * as it is.
   */
  public synchronized void extended(DeletionRequested extension) {
    String requestId = extension.getRequestId();
    DeletionProgressed current = open.getOrDefault(requestId, inexact.get(requestId));
    boolean moves =
        current == null ? unrecorded.containsKey(requestId) : current.getExtension() == null;
    if (moves) {
      knowledge.extended(extension);
    }
  }

  /** What the other services have told; to be changed by {@link LedgerFacts} alone. */
  synchronized void learn(Consumer<Knowledge> fact) {
    fact.accept(knowledge);
  }

  /** Everything that the topics held at the start is known: recording begins. */
  public synchronized void goLive() {
    known.forEach(
        (requestId, stage) -> {
          if (RequestLifecycle.isFinal(stage) && !unpublished.containsKey(requestId)) {
            knowledge.forget(requestId);
          }
        });
    live = true;
    evaluate();
  }

  /**
   * Takes every step that is due, and publishes. A failure leaves the rest for the next call and is
   * told by {@link #fault()}.
   */
  public synchronized void evaluate() {
    if (!live || conflict != null) {
      return;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      publish();
      List<Step> steps = new ArrayList<>();
      int requests = 0;
      for (AcceptedRequest request : List.copyOf(unrecorded.values())) {
        steps.addAll(progress.begin(request.request(), now));
        if (++requests % BATCH_REQUESTS_MAX == 0) {
          record(steps, now);
        }
      }
      for (DeletionProgressed current : advancing()) {
        List<Step> due = progress.advance(current, now);
        steps.addAll(due);
        if (!due.isEmpty() && ++requests % BATCH_REQUESTS_MAX == 0) {
          record(steps, now);
        }
      }
      record(steps, now);
      recovered();
      upToDateAt = now;
    } catch (StorageException | PublicationException failed) {
      failed(failed);
    }
  }

  /** Why nothing can be acknowledged at the moment, with the remedy. */
  public Optional<String> fault() {
    if (conflict != null) {
      return Optional.of(conflict);
    }
    return full
        ? Optional.of(
            "More requests than lethe.requests-max ("
                + requestsMax
                + ") are there, and the rest is not followed; raise it and start again: the topics"
                + " still hold everything.")
        : Optional.ofNullable(fault);
  }

  /**
   * When every step that was due stood in the log and was published; empty before the first time.
   */
  public Optional<Instant> upToDateAt() {
    return Optional.ofNullable(upToDateAt);
  }

  /**
   * Completed requests wait for an exact version, or for another deadline, so without either none
   * of them is looked at.
   */
  private List<DeletionProgressed> advancing() {
    List<DeletionProgressed> advancing = new ArrayList<>(open.values());
    if (knowledge.versions().latestExact().isPresent()) {
      advancing.addAll(inexact.values());
    } else {
      knowledge.extended().stream()
          .map(inexact::get)
          .filter(Objects::nonNull)
          .forEach(advancing::add);
    }
    return advancing;
  }

  private void record(List<Step> steps, Instant now) {
    if (steps.isEmpty()) {
      return;
    }
    Map<Step, String> receiptDigests = receipts.draft(steps, now, knowledge);
    List<LogEntry> entries = log.append(steps, now, receiptDigests::get);
    for (int i = 0; i < entries.size(); i++) {
      Step step = steps.get(i);
      adopt(step.after());
      unrecorded.remove(step.after().getRequestId());
      if (step.event() == RequestEvent.DEADLINE_EXTENDED) {
        knowledge.dropExtension(step.after().getRequestId());
      }
      unpublished.put(step.after().getRequestId(), entries.get(i));
      observer.recorded(step);
      LOG.infof(
          "request %s: %s, now %s",
          step.after().getRequestId(), step.event(), step.after().getStage());
    }
    steps.clear();
    publish();
  }

  private void publish() {
    if (unpublished.isEmpty()) {
      return;
    }
    List<LogEntry> receipted =
        unpublished.values().stream().filter(entry -> entry.receiptDigest() != null).toList();
    if (!receipted.isEmpty()) {
      receipts.issue(receipted);
    }
    List<DeletionProgressed> snapshots =
        unpublished.values().stream().map(entry -> entry.after().toEvent()).toList();
    publisher.publish(snapshots);
    for (DeletionProgressed snapshot : snapshots) {
      view.put(snapshot);
      if (RequestLifecycle.isFinal(snapshot.getStage())) {
        knowledge.forget(snapshot.getRequestId());
      }
    }
    unpublished.clear();
  }

  private void adopt(DeletionProgressed snapshot) {
    String requestId = snapshot.getRequestId();
    known.put(requestId, snapshot.getStage());
    open.remove(requestId);
    inexact.remove(requestId);
    if (!RequestLifecycle.isFinal(snapshot.getStage())) {
      open.put(requestId, snapshot);
    } else if (!RequestProgress.isSettled(snapshot)) {
      inexact.put(requestId, snapshot);
    }
  }

  private boolean admits(String requestId) {
    if (known.containsKey(requestId)
        || unrecorded.containsKey(requestId)
        || known.size() + unrecorded.size() < requestsMax) {
      return true;
    }
    if (!full) {
      full = true;
      LOG.error(fault().orElseThrow());
    }
    return false;
  }

  private void failed(RuntimeException failed) {
    if (!failed.getMessage().equals(fault)) {
      LOG.error(failed.getMessage());
    }
    fault = failed.getMessage();
  }

  private void recovered() {
    if (fault != null) {
      LOG.info("recording and publishing go on");
      fault = null;
    }
  }
}
