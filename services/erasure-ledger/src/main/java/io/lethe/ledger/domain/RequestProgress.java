package io.lethe.ledger.domain;

import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.RequestStage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Decides which steps a request takes by what is known. Pure: the same snapshot, knowledge and time
 * give the same steps, and a snapshot that has taken them gives none. A recorded time never moves.
 */
public final class RequestProgress {
  private final RequestLifecycle lifecycle;
  private final Knowledge knowledge;
  private final Duration missingSetPatience;
  private final BiConsumer<String, String> onIgnored;

  /**
   * @param missingSetPatience how long after a release the forget set is awaited that led to it
   * @param onIgnored gets the id of a request and why an event about it is ignored
   */
  public RequestProgress(
      RequestLifecycle lifecycle,
      Knowledge knowledge,
      Duration missingSetPatience,
      BiConsumer<String, String> onIgnored) {
    this.lifecycle = lifecycle;
    this.knowledge = knowledge;
    this.missingSetPatience = missingSetPatience;
    this.onIgnored = onIgnored;
  }

  /**
   * The id of the receipt that a request gets when it is completed, made from the request's own.
   */
  public static String receiptId(String requestId) {
    return nameBased("lethe-receipt/" + requestId);
  }

  /** The id of the receipt that is issued when a completed request becomes exact. */
  public static String exactReceiptId(String requestId) {
    return nameBased("lethe-receipt/" + requestId + "/exact");
  }

  /** True when nothing can happen to the request any more. */
  public static boolean isSettled(DeletionProgressed snapshot) {
    return snapshot.getStage() == RequestStage.WITHDRAWN
        || (snapshot.getStage() == RequestStage.COMPLETED && snapshot.getExactAt() != null);
  }

  /** The steps of a request that was not known yet. */
  public List<Step> begin(DeletionRequested request, Instant now) {
    Walk walk = new Walk(unknown(request, now), now);
    walk.take(RequestEvent.REQUEST_ACCEPTED, DeletionProgressed.newBuilder(walk.current));
    return advance(walk);
  }

  /** The steps that a known request takes now. */
  public List<Step> advance(DeletionProgressed current, Instant now) {
    return isSettled(current) ? List.of() : advance(new Walk(current, now));
  }

  private List<Step> advance(Walk walk) {
    extend(walk);
    if (walk.current.getStage() == RequestStage.COMPLETED) {
      becomeExact(walk);
      return walk.steps;
    }
    suppress(walk);
    withdraw(walk);
    if (walk.current.getStage() != RequestStage.WITHDRAWN) {
      closeSet(walk);
      meetCandidate(walk);
      release(walk);
      unlearn(walk);
      becomeExact(walk);
      complete(walk);
    }
    return walk.steps;
  }

  private void extend(Walk walk) {
    if (walk.current.getExtension() == null) {
      knowledge
          .extension(walk.requestId())
          .ifPresent(
              extension ->
                  walk.take(
                      RequestEvent.DEADLINE_EXTENDED,
                      walk.copy()
                          .setDueAt(extension.getDueAt())
                          .setExtension(extension.getExtension())));
    }
  }

  private void suppress(Walk walk) {
    if (walk.current.getSuppressedAt() != null) {
      return;
    }
    AcceptedRequest request = knowledge.request(walk.requestId()).orElse(null);
    if (request == null) {
      return;
    }
    knowledge
        .servers()
        .acknowledgement(
            serving -> {
              Long next = serving.getSuppressionOffsets().get(request.partitionName());
              return next != null && next > request.offset();
            },
            serving -> serving.getSentAt(),
            walk.current.getAcceptedAt())
        .ifPresent(
            met ->
                walk.take(
                    RequestEvent.SUPPRESSION_ACKNOWLEDGED, walk.copy().setSuppressedAt(met.at())));
  }

  private void withdraw(Walk walk) {
    if (knowledge.withdrawal(walk.requestId()).isPresent()
        && !walk.take(
            RequestEvent.REQUEST_WITHDRAWN,
            walk.copy().setReason("Withdrawn before its forget set closed."))) {
      knowledge.dropWithdrawal(walk.requestId());
    }
  }

  private void closeSet(Walk walk) {
    if (walk.current.getForgetSetId() != null || hasRelease(walk.current)) {
      return;
    }
    knowledge
        .forgetSet(walk.requestId())
        .ifPresent(
            set ->
                walk.take(
                    RequestEvent.FORGET_SET_CLOSED,
                    walk.copy()
                        .setForgetSetId(set.forgetSetId())
                        .setForgetSetClosedAt(set.closedAt())
                        .setSamples(set.samplesOf(walk.current.getSubjectRef()))));
  }

  private void meetCandidate(Walk walk) {
    RequestStage stage = walk.current.getStage();
    Optional<TrainedCandidate> candidate = knowledge.candidate(walk.current.getForgetSetId());
    if (candidate.isEmpty() || hasRelease(walk.current)) {
      return;
    }
    if (candidate.get().accepted() && stage != RequestStage.CANDIDATE_TRAINED) {
      walk.take(
          RequestEvent.CANDIDATE_ACCEPTED,
          walk.copy().setAdapterId(candidate.get().adapterId()).setReason(null));
    } else if (!candidate.get().accepted() && stage != RequestStage.CANDIDATE_REFUSED) {
      walk.take(
          RequestEvent.CANDIDATE_REFUSED,
          walk.copy().setAdapterId(null).setReason(candidate.get().refusal()));
    }
  }

  private void release(Walk walk) {
    if (hasRelease(walk.current)) {
      return;
    }
    ReleasedVersion version = knowledge.versions().firstHolding(walk.requestId()).orElse(null);
    if (version == null) {
      return;
    }
    // The set was published before the version, so it is on its way unless it has expired.
    boolean setMayCome = walk.now.isBefore(version.releasedAt().plus(missingSetPatience));
    if (walk.current.getForgetSetId() == null && setMayCome) {
      return;
    }
    walk.take(
        RequestEvent.VERSION_RELEASED,
        walk.copy()
            .setVersion(version.version())
            .setAdapterId(version.adapterId())
            .setReleasedAt(version.releasedAt())
            .setReason(null));
  }

  private void unlearn(Walk walk) {
    if (walk.current.getStage() != RequestStage.RELEASED || walk.current.getUnlearnedAt() != null) {
      return;
    }
    knowledge
        .servers()
        .acknowledgement(
            serving -> knowledge.versions().serves(serving, walk.requestId()),
            serving -> serving.getSwitchedAt(),
            walk.current.getReleasedAt())
        .ifPresent(
            met ->
                walk.take(
                    RequestEvent.UNLEARNING_ACKNOWLEDGED,
                    walk.copy().setUnlearnedAt(met.at()).setAcknowledgedBy(met.replicas())));
  }

  /** Before completion, so that a request that is exact at once gets one receipt. */
  private void becomeExact(Walk walk) {
    if (walk.current.getUnlearnedAt() == null || walk.current.getExactAt() != null) {
      return;
    }
    ReleasedVersion latest = knowledge.versions().latestExact().orElse(null);
    if (latest == null || !latest.holdsExactly(walk.requestId())) {
      return;
    }
    knowledge
        .servers()
        .acknowledgement(
            serving -> knowledge.versions().servesExactly(serving, walk.requestId()),
            serving -> serving.getSwitchedAt(),
            walk.current.getUnlearnedAt())
        .ifPresent(met -> walk.take(RequestEvent.EXACT_ACKNOWLEDGED, exact(walk, latest, met)));
  }

  private DeletionProgressed.Builder exact(
      Walk walk, ReleasedVersion latest, ServerTable.Acknowledgement met) {
    ReleasedVersion served =
        knowledge.servers().lowestVersion().stream()
            .boxed()
            .flatMap(version -> knowledge.versions().find(version).stream())
            .findFirst()
            .orElse(latest);
    DeletionProgressed.Builder exact =
        walk.copy()
            .setExactAt(met.at())
            .setExactVersion(served.version())
            .setExactAdapterId(served.adapterId())
            .setAcknowledgedBy(met.replicas());
    return walk.current.getStage() == RequestStage.COMPLETED
        ? exact.setReceiptId(exactReceiptId(walk.requestId()))
        : exact;
  }

  private void complete(Walk walk) {
    if (walk.current.getSuppressedAt() != null && walk.current.getUnlearnedAt() != null) {
      walk.take(RequestEvent.CLOCKS_MET, walk.copy().setReceiptId(receiptId(walk.requestId())));
    }
  }

  private static String nameBased(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static boolean hasRelease(DeletionProgressed snapshot) {
    return snapshot.getVersion() != null;
  }

  private static DeletionProgressed unknown(DeletionRequested request, Instant now) {
    return DeletionProgressed.newBuilder()
        .setRequestId(request.getRequestId())
        .setSubjectRef(request.getSubjectRef())
        .setStage(RequestStage.UNKNOWN)
        .setRegime(request.getRegime())
        .setReceivedAt(request.getReceivedAt())
        .setAcceptedAt(request.getAcceptedAt())
        .setDueAt(request.getDueAt())
        .setUpdatedAt(now)
        .build();
  }

  /** The steps of one request at one time. */
  private final class Walk {
    final List<Step> steps = new ArrayList<>();
    final Instant now;
    DeletionProgressed current;

    Walk(DeletionProgressed current, Instant now) {
      this.current = current;
      this.now = now;
    }

    String requestId() {
      return current.getRequestId();
    }

    DeletionProgressed.Builder copy() {
      return DeletionProgressed.newBuilder(current);
    }

    boolean take(RequestEvent event, DeletionProgressed.Builder changed) {
      RequestStage from = current.getStage();
      RequestLifecycle.Decision decision = lifecycle.decide(from, event);
      if (!decision.allowed()) {
        onIgnored.accept(requestId(), decision.ignoredBecause());
        return false;
      }
      current = changed.setStage(decision.to()).setUpdatedAt(now).build();
      steps.add(new Step(event, from, current));
      return true;
    }
  }
}
