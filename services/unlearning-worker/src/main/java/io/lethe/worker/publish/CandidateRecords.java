package io.lethe.worker.publish;

import io.lethe.schemas.WatermarkEntries;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.domain.ReplayTarget;
import io.lethe.worker.unlearn.UnlearningEngine.Stored;
import io.lethe.worker.unlearn.UnlearningEngine.Trained;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Candidates as adapter.trained carries them. */
public final class CandidateRecords {
  private CandidateRecords() {}

  /** A candidate that every gate let pass. */
  public static AdapterTrained accepted(
      ForgetSetClosed set,
      Parent parent,
      Trained trained,
      List<GateResult> gates,
      Stored stored,
      double seconds,
      Instant at) {
    return record(set, parent, trained, gates, seconds, at)
        .setAdapterId(stored.adapterId())
        .setUri(stored.uri())
        .setAccepted(true)
        .build();
  }

  /** A candidate that a gate refused; it was not stored, so it has neither id nor place. */
  public static AdapterTrained refused(
      ForgetSetClosed set,
      Parent parent,
      Trained trained,
      List<GateResult> gates,
      double seconds,
      Instant at) {
    return record(set, parent, trained, gates, seconds, at).setAccepted(false).build();
  }

  /**
   * A candidate that a gate refused and two persons had stored nevertheless: whether it is released
   * is for the catalog to decide.
   */
  public static AdapterTrained overridden(
      ForgetSetClosed set,
      Parent parent,
      Trained trained,
      List<GateResult> gates,
      Stored stored,
      double seconds,
      Instant at) {
    return record(set, parent, trained, gates, seconds, at)
        .setAdapterId(stored.adapterId())
        .setUri(stored.uri())
        .setAccepted(false)
        .build();
  }

  /** The parent again, for a set whose subjects held nothing: only the watermark grows. */
  public static AdapterTrained untrained(
      ForgetSetClosed set, Parent parent, double seconds, Instant at) {
    return record(
            set,
            parent,
            new Trained("none", 0, Double.NaN, Double.NaN, Double.NaN),
            List.of(),
            seconds,
            at)
        .setAdapterId(parent.adapterId())
        .setUri(parent.uri())
        .setAccepted(true)
        .build();
  }

  /**
   * An exact candidate in place of the target's version.
   *
   * @param stored where it lies; null when a gate refused it, so that it was not stored
   */
  public static AdapterTrained exact(
      ReplayTarget target,
      Trained trained,
      List<GateResult> gates,
      Stored stored,
      double seconds,
      Instant at) {
    return AdapterTrained.newBuilder()
        .setModelId(target.modelId())
        .setForgetSetId(target.forgetSetId())
        .setForgetSetSequence(target.forgetSetSequence())
        .setForgetSetDigest(target.forgetSetDigest())
        .setRequestIds(List.of())
        .setAdapterId(stored == null ? null : stored.adapterId())
        .setParentAdapterId(target.parent().adapterId())
        .setRecommenderDigest(target.parent().recommenderDigest())
        .setUri(stored == null ? null : stored.uri())
        .setMethod(trained.method())
        .setSteps(trained.steps())
        .setTrainSeconds(seconds)
        .setGates(gates)
        .setAccepted(stored != null)
        .setTrainedAt(at.truncatedTo(ChronoUnit.MILLIS))
        .setExact(true)
        .build();
  }

  private static AdapterTrained.Builder record(
      ForgetSetClosed set,
      Parent parent,
      Trained trained,
      List<GateResult> gates,
      double seconds,
      Instant at) {
    return AdapterTrained.newBuilder()
        .setModelId(set.getModelId())
        .setForgetSetId(set.getForgetSetId())
        .setForgetSetSequence(set.getSequence())
        .setForgetSetDigest(set.getDigest())
        .setRequestIds(WatermarkEntries.of(set))
        .setParentAdapterId(parent.adapterId())
        .setRecommenderDigest(parent.recommenderDigest())
        .setMethod(trained.method())
        .setSteps(trained.steps())
        .setTrainSeconds(seconds)
        .setGates(gates)
        .setTrainedAt(at.truncatedTo(ChronoUnit.MILLIS));
  }
}
