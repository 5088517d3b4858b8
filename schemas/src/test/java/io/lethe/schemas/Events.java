package io.lethe.schemas;

import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.CurvePoint;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One event of every topic, filled in, for tests. */
public final class Events {
  public static final String SUBJECT = "mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q";
  private static final Instant MORNING = Instant.parse("2026-03-01T08:00:00.123Z");
  private static final Instant EVENING = Instant.parse("2026-03-01T20:00:00.456Z");
  private static final String DIGEST =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final String REQUEST = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

  private Events() {}

  /** Topic name to its event. */
  public static Map<String, SpecificRecord> byTopic() {
    return Map.ofEntries(
        Map.entry("catalog.item", item()),
        Map.entry("profile.subject", profile()),
        Map.entry("interaction.recorded", interaction("item-1", 4.5, MORNING)),
        Map.entry("deletion.submitted", submitted()),
        Map.entry("deletion.requested", requested()),
        Map.entry("forget-set.closed", forgetSet()),
        Map.entry("retain.sampled", new RetainSampled("train-0-1", false, sample())),
        Map.entry("unlearning.progressed", unlearning()),
        Map.entry("adapter.trained", trained()),
        Map.entry("adapter.version", version()),
        Map.entry("adapter.serving", serving()),
        Map.entry("deletion.progressed", progressed()),
        Map.entry("dead-letter.redriven", redriven()));
  }

  public static CatalogItem item() {
    return new CatalogItem("item-1", "Solaris (1972) — Солярис", List.of("Drama", "Sci-Fi"), 1972);
  }

  public static DeadLetterRedriven redriven() {
    return DeadLetterRedriven.newBuilder()
        .setRedriveId(REQUEST)
        .setDeadLetterTopic("deletion.submitted.dlq")
        .setDeadLetterPartition(0)
        .setDeadLetterOffset(17)
        .setSourceTopic("deletion.submitted")
        .setSourcePartition(2)
        .setSourceOffset(41)
        .setErrorClass("org.apache.kafka.common.errors.SerializationException")
        .setAttempts(1)
        .setRedrives(1)
        .setActorRef(SUBJECT)
        .setWhy("the producer's schema is registered now")
        .setRedrivenAt(EVENING)
        .build();
  }

  public static SubjectProfile profile() {
    return new SubjectProfile(SUBJECT, "female", "25-34", null);
  }

  public static InteractionRecorded interaction(String itemId, double rating, Instant recordedAt) {
    return new InteractionRecorded(SUBJECT, itemId, rating, recordedAt);
  }

  public static DeletionScope items(String... itemIds) {
    return DeletionScope.newBuilder().setKind(ScopeKind.ITEMS).setItemIds(List.of(itemIds)).build();
  }

  public static DeletionScope everything() {
    return DeletionScope.newBuilder().setKind(ScopeKind.ALL).build();
  }

  public static DeletionScope between(Instant from, Instant until) {
    return DeletionScope.newBuilder()
        .setKind(ScopeKind.TIME_RANGE)
        .setFrom(from)
        .setUntil(until)
        .build();
  }

  public static DeletionRequested requested() {
    return DeletionRequested.newBuilder()
        .setRequestId(REQUEST)
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(SUBJECT)
        .setScope(between(MORNING, EVENING))
        .setRegime(Regime.GDPR)
        .setReceivedAt(MORNING)
        .setAcceptedAt(EVENING)
        .setDueAt(EVENING.plusSeconds(2_592_000))
        .setSource("accounts")
        .setContentDigest(DIGEST)
        .setIdempotencyKey("key-1")
        .build();
  }

  private static DeletionSubmitted submitted() {
    return DeletionSubmitted.newBuilder()
        .setRequestId(REQUEST)
        .setSubjectRef(SUBJECT)
        .setScope(items("item-1", "item-2"))
        .setRegime(Regime.CCPA)
        .setSubmittedAt(MORNING)
        .setSource("accounts")
        .setWithdraw(false)
        .build();
  }

  public static Sample sample() {
    return Sample.newBuilder()
        .setSampleId(DIGEST.substring(0, 32))
        .setSubjectRef(SUBJECT)
        .setItemId("item-9")
        .setRating(4.0)
        .setRecordedAt(EVENING)
        .setLiked(true)
        .setHistory(List.of(new HistoryEntry("item-1", 4.5), new HistoryEntry("item-2", 1.0)))
        .setProfile(profile())
        .build();
  }

  private static ForgetSetClosed forgetSet() {
    return ForgetSetClosed.newBuilder()
        .setForgetSetId(DIGEST)
        .setModelId("recommender")
        .setSequence(1)
        .setRequestIds(List.of(REQUEST))
        .setSamples(List.of(sample()))
        .setTrigger(CloseTrigger.AGE)
        .setOpenedAt(MORNING)
        .setClosedAt(EVENING)
        .setEarliestDueAt(EVENING)
        .setDigest(DIGEST)
        .build();
  }

  private static GateResult gate() {
    return new GateResult(
        "utility-floor", 0.71, 0.70, null, "held-out AUC of the recommender", true);
  }

  private static AdapterTrained trained() {
    return AdapterTrained.newBuilder()
        .setModelId("recommender")
        .setForgetSetId(DIGEST)
        .setForgetSetSequence(1)
        .setForgetSetDigest(DIGEST)
        .setRequestIds(List.of(REQUEST))
        .setAdapterId(DIGEST)
        .setRecommenderDigest(DIGEST)
        .setUri("adapters/" + DIGEST)
        .setMethod("e2urec")
        .setSteps(120)
        .setTrainSeconds(33.5)
        .setGates(List.of(gate()))
        .setAccepted(true)
        .setTrainedAt(EVENING)
        .build();
  }

  private static UnlearningProgressed unlearning() {
    return UnlearningProgressed.newBuilder()
        .setModelId("recommender")
        .setForgetSetId(DIGEST)
        .setSequence(1)
        .setReplicaId("worker-0")
        .setPhase("unlearning")
        .setEnded(false)
        .setStep("student")
        .setStepsDone(2)
        .setStepsTotal(120)
        .setCurve(List.of(new CurvePoint("student", 1, 0.75), new CurvePoint("student", 2, 0.5)))
        .setConfidenceBefore(0.8)
        .setStartedAt(MORNING)
        .setUpdatedAt(EVENING)
        .build();
  }

  private static AdapterVersion version() {
    return AdapterVersion.newBuilder()
        .setModelId("recommender")
        .setVersion(1)
        .setStatus(VersionStatus.RELEASED)
        .setAdapterId(DIGEST)
        .setRecommenderDigest(DIGEST)
        .setForgetSetId(DIGEST)
        .setNewRequestIds(List.of(REQUEST))
        .setWatermark(List.of(REQUEST))
        .setWatermarkDigest(DIGEST)
        .setMinimumWatermark(List.of(REQUEST))
        .setGates(List.of(gate()))
        .setMethod("e2urec")
        .setReleasedAt(EVENING)
        .build();
  }

  private static AdapterServing serving() {
    return AdapterServing.newBuilder()
        .setReplicaId("server-1")
        .setModelId("recommender")
        .setVersion(1)
        .setAdapterId(DIGEST)
        .setWatermarkDigest(DIGEST)
        .setSuppressionOffsets(Map.of("0", 12L))
        .setSwitchedAt(MORNING)
        .setSentAt(EVENING)
        .build();
  }

  private static DeletionProgressed progressed() {
    return DeletionProgressed.newBuilder()
        .setRequestId(REQUEST)
        .setSubjectRef(SUBJECT)
        .setStage(RequestStage.COMPLETED)
        .setRegime(Regime.GDPR)
        .setReceivedAt(MORNING)
        .setAcceptedAt(MORNING)
        .setDueAt(EVENING)
        .setSuppressedAt(MORNING)
        .setSamples(7)
        .setVersion(1L)
        .setAcknowledgedBy(List.of("server-1", "server-2"))
        .setUpdatedAt(EVENING)
        .build();
  }
}
