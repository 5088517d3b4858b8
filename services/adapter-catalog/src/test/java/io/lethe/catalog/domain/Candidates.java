package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.GateResult;
import java.time.Instant;
import java.util.List;

/** Candidates as workers publish them, for tests. */
public final class Candidates {
  public static final String MODEL = "recommender";
  public static final String DIGEST = "d1".repeat(32);
  public static final Instant TRAINED_AT = Instant.parse("2026-03-01T10:00:00Z");

  private Candidates() {}

  /** An accepted candidate that every gate let pass. */
  public static AdapterTrained.Builder accepted(
      String forgetSetId, String adapterId, String parentAdapterId, String... requestIds) {
    return AdapterTrained.newBuilder()
        .setModelId(MODEL)
        .setForgetSetId(forgetSetId)
        .setForgetSetSequence(1L)
        .setForgetSetDigest("f0")
        .setRequestIds(List.of(requestIds))
        .setAdapterId(adapterId)
        .setParentAdapterId(parentAdapterId)
        .setRecommenderDigest(DIGEST)
        .setUri("file:/adapters/" + adapterId)
        .setMethod("e2urec")
        .setSteps(20)
        .setTrainSeconds(1.5)
        .setGates(List.of(gate("no-op", true), gate("finite", true)))
        .setAccepted(true)
        .setTrainedAt(TRAINED_AT);
  }

  /** An exact candidate in place of the given parent, naming the set that the parent added. */
  public static AdapterTrained.Builder exact(
      String forgetSetId, String adapterId, String parentAdapterId) {
    return accepted(forgetSetId, adapterId, parentAdapterId)
        .setMethod("exact")
        .setGates(List.of(gate("finite", true)))
        .setExact(true);
  }

  public static GateResult gate(String name, boolean passed) {
    return GateResult.newBuilder().setGate(name).setValue(0.5).setPassed(passed).build();
  }
}
