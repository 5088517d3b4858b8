package io.lethe.ledger.domain;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the ledger knows of a version.
 *
 * @param adapterId content address; null when the recommender is served bare
 * @param forgetSetId the forget set that it adds, the last one added where it adds none; null for
 *     version 0
 * @param watermark every request that it has forgotten
 * @param exact whether it has forgotten every one of them by never having seen the rows
 */
public record ReleasedVersion(
    long version,
    boolean released,
    String adapterId,
    String forgetSetId,
    Set<String> watermark,
    String watermarkDigest,
    String recommenderDigest,
    String method,
    List<GateResult> gates,
    Instant releasedAt,
    boolean exact) {
  /** From the catalog's record. */
  public static ReleasedVersion of(AdapterVersion event) {
    return new ReleasedVersion(
        event.getVersion(),
        event.getStatus() == VersionStatus.RELEASED,
        event.getAdapterId(),
        event.getForgetSetId(),
        Set.copyOf(event.getWatermark()),
        event.getWatermarkDigest(),
        event.getRecommenderDigest(),
        event.getMethod(),
        List.copyOf(event.getGates()),
        event.getReleasedAt(),
        event.getExact());
  }

  /** Whether it may be served and has forgotten the request. */
  public boolean holds(String requestId) {
    return released && watermark.contains(requestId);
  }

  /** Whether it may be served and has forgotten the request exactly. */
  public boolean holdsExactly(String requestId) {
    return exact && holds(requestId);
  }
}
