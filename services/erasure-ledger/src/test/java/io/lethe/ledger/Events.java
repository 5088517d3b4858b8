package io.lethe.ledger;

import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.VersionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Events as the other services send them. */
public final class Events {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  public static final String MODEL = "recommender";
  public static final String REQUEST = "00000000-0000-4000-8000-000000000001";
  public static final String OTHER_REQUEST = "00000000-0000-4000-8000-000000000002";
  public static final String SUBJECT = "subject-one";
  public static final String SET = "set-1";

  private Events() {}

  public static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  public static DeletionRequested requested(String requestId, String subjectRef) {
    return DeletionRequested.newBuilder()
        .setRequestId(requestId)
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(subjectRef)
        .setScope(
            DeletionScope.newBuilder()
                .setKind(ScopeKind.ITEMS)
                .setItemIds(List.of("film-7"))
                .build())
        .setRegime(Regime.GDPR)
        .setReceivedAt(START.minus(Duration.ofDays(1)))
        .setAcceptedAt(START)
        .setDueAt(START.plus(Duration.ofDays(30)))
        .setContentDigest("digest")
        .build();
  }

  /** The extension of that request by sixty days, told to the person after an hour. */
  public static DeletionRequested extended(String requestId, String subjectRef) {
    DeletionRequested request = requested(requestId, subjectRef);
    return DeletionRequested.newBuilder(request)
        .setAction(DeletionAction.EXTEND)
        .setDueAt(START.plus(Duration.ofDays(90)))
        .setExtension(
            new DeadlineExtension(request.getDueAt(), ExtensionReason.COMPLEXITY, after(3600)))
        .build();
  }

  public static ForgetSetClosed closed(String requestId, String... sampleSubjects) {
    return closedWithdrawing(List.of(requestId), List.of(), sampleSubjects);
  }

  public static ForgetSetClosed closedWithdrawing(
      List<String> requestIds, List<String> withdrawn, String... sampleSubjects) {
    return ForgetSetClosed.newBuilder()
        .setForgetSetId(SET)
        .setModelId(MODEL)
        .setSequence(1)
        .setRequestIds(requestIds)
        .setWithdrawnRequestIds(withdrawn)
        .setSamples(Arrays.stream(sampleSubjects).map(Events::sample).toList())
        .setSealedSamples(List.of())
        .setTrigger(CloseTrigger.SIZE)
        .setOpenedAt(START)
        .setClosedAt(after(2))
        .setEarliestDueAt(START.plus(Duration.ofDays(30)))
        .setDigest("set-digest")
        .build();
  }

  private static Sample sample(String subjectRef) {
    return Sample.newBuilder()
        .setSampleId("sample")
        .setSubjectRef(subjectRef)
        .setItemId("film-7")
        .setRating(4.5)
        .setRecordedAt(START)
        .setLiked(true)
        .setHistory(List.of())
        .build();
  }

  public static AdapterTrained trained(boolean accepted) {
    return AdapterTrained.newBuilder()
        .setModelId(MODEL)
        .setForgetSetId(SET)
        .setForgetSetSequence(1)
        .setForgetSetDigest("set-digest")
        .setRequestIds(List.of(REQUEST))
        .setAdapterId("adapter-1")
        .setRecommenderDigest("recommender-digest")
        .setMethod("e2urec")
        .setSteps(10)
        .setTrainSeconds(1.5)
        .setGates(List.of(gate(accepted)))
        .setAccepted(accepted)
        .setTrainedAt(after(3))
        .build();
  }

  private static GateResult gate(boolean passed) {
    return GateResult.newBuilder()
        .setGate("utility-floor")
        .setValue(passed ? 0.002 : 0.2)
        .setUpper(0.01)
        .setReference("held-out AUC")
        .setPassed(passed)
        .build();
  }

  public static AdapterVersion released(long version, String... watermark) {
    return AdapterVersion.newBuilder()
        .setModelId(MODEL)
        .setVersion(version)
        .setStatus(VersionStatus.RELEASED)
        .setAdapterId("adapter-" + version)
        .setRecommenderDigest("recommender-digest")
        .setForgetSetId(SET)
        .setWatermark(List.of(watermark))
        .setWatermarkDigest("watermark-digest-" + version)
        .setGates(List.of(gate(true)))
        .setMethod("e2urec")
        .setReleasedAt(after(4))
        .build();
  }

  /** The exact version that takes the place of the one before it, released two seconds later. */
  public static AdapterVersion releasedExact(long version, String... watermark) {
    return AdapterVersion.newBuilder(released(version, watermark))
        .setMethod("exact")
        .setExact(true)
        .setReleasedAt(after(6))
        .build();
  }

  /** The candidate of that exact version. */
  public static AdapterTrained trainedExact(boolean accepted) {
    return AdapterTrained.newBuilder(trained(accepted))
        .setRequestIds(List.of())
        .setAdapterId(accepted ? "adapter-2" : null)
        .setParentAdapterId("adapter-1")
        .setMethod("exact")
        .setExact(true)
        .build();
  }

  /** A heartbeat at START + seconds of a server that switched at that time. */
  public static AdapterServing serving(
      String replicaId, long version, long nextOffset, long seconds) {
    return AdapterServing.newBuilder()
        .setReplicaId(replicaId)
        .setModelId(MODEL)
        .setVersion(version)
        .setAdapterId(version < 1 ? null : "adapter-" + version)
        .setWatermarkDigest("watermark-digest-" + version)
        .setSuppressionOffsets(Map.of("0", nextOffset))
        .setSwitchedAt(after(seconds))
        .setSentAt(after(seconds))
        .build();
  }
}
