package io.lethe.worker;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Events as the other services publish them, for tests. */
public final class Sets {
  public static final String MODEL = "recommender";
  public static final String DIGEST = "d1".repeat(32);
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  public static final Instant DUE = Instant.parse("2026-04-01T12:00:00Z");

  private Sets() {}

  /** A forget set of the given samples; the requests are named after it. */
  public static ForgetSetClosed.Builder set(String id, long sequence, Sample... samples) {
    return ForgetSetClosed.newBuilder()
        .setForgetSetId(id)
        .setModelId(MODEL)
        .setSequence(sequence)
        .setRequestIds(List.of("request-of-" + id))
        .setSamples(Arrays.asList(samples))
        .setTrigger(CloseTrigger.SIZE)
        .setOpenedAt(NOW)
        .setClosedAt(NOW)
        .setEarliestDueAt(DUE)
        .setDigest("digest-of-" + id);
  }

  public static Sample sample(String id) {
    return Sample.newBuilder()
        .setSampleId(id)
        .setSubjectRef("subject-of-" + id)
        .setItemId("item-" + id)
        .setRating(4.0)
        .setRecordedAt(NOW)
        .setLiked(true)
        .setHistory(List.of(new HistoryEntry("seen-by-" + id, 3.0)))
        .build();
  }

  /** A released version. */
  public static AdapterVersion.Builder version(
      long number, String adapterId, String forgetSetId, String... watermark) {
    return AdapterVersion.newBuilder()
        .setModelId(MODEL)
        .setVersion(number)
        .setStatus(VersionStatus.RELEASED)
        .setAdapterId(adapterId)
        .setUri(adapterId == null ? null : "file:/adapters/" + adapterId)
        .setRecommenderDigest(DIGEST)
        .setForgetSetId(forgetSetId)
        .setWatermark(List.of(watermark))
        .setWatermarkDigest("digest")
        .setReleasedAt(NOW);
  }

  /** Where a request stands, due at {@link #DUE}. */
  public static DeletionProgressed.Builder progressed(String requestId, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef("subject")
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(NOW)
        .setAcceptedAt(NOW)
        .setDueAt(DUE)
        .setUpdatedAt(NOW);
  }

  /** A candidate for a forget set. */
  public static AdapterTrained.Builder candidate(
      String forgetSetId, String adapterId, String parentAdapterId, boolean accepted) {
    return AdapterTrained.newBuilder()
        .setModelId(MODEL)
        .setForgetSetId(forgetSetId)
        .setForgetSetSequence(1L)
        .setForgetSetDigest("digest-of-" + forgetSetId)
        .setRequestIds(List.of("request-of-" + forgetSetId))
        .setAdapterId(adapterId)
        .setParentAdapterId(parentAdapterId)
        .setRecommenderDigest(DIGEST)
        .setMethod("e2urec")
        .setSteps(4)
        .setTrainSeconds(1)
        .setGates(List.of())
        .setAccepted(accepted)
        .setTrainedAt(NOW);
  }
}
