package io.lethe.ledger.flow;

import io.lethe.schemas.event.AdapterVersion;
import java.time.Instant;
import java.util.List;

/**
 * A version in the lineage.
 *
 * @param status as the catalog says, RELEASED or WITHDRAWN
 * @param adapterId content address; null when the recommender is served bare
 * @param parentAdapterId the adapter it continues; null for the recommender itself
 * @param forgetSetId the forget set that it adds; null for version 0
 * @param newRequests how many requests it adds to the watermark
 * @param watermarkRequests how many requests it has forgotten
 * @param watermarkDigest hex SHA-256 over their sorted ids
 * @param minimumRequests beyond the watermark, how many any version must cover from now on
 * @param exact whether every request of the watermark is forgotten exactly by it
 * @param signed whether the catalog signed it
 */
public record LineageVersion(
    long version,
    String status,
    String adapterId,
    String parentAdapterId,
    String forgetSetId,
    int newRequests,
    int watermarkRequests,
    String watermarkDigest,
    int minimumRequests,
    String method,
    List<Gate> gates,
    Instant releasedAt,
    boolean exact,
    boolean signed) {
  static LineageVersion of(AdapterVersion event) {
    return new LineageVersion(
        event.getVersion(),
        event.getStatus().name(),
        event.getAdapterId(),
        event.getParentAdapterId(),
        event.getForgetSetId(),
        event.getNewRequestIds().size(),
        event.getWatermark().size(),
        event.getWatermarkDigest(),
        event.getMinimumWatermark().size(),
        event.getMethod(),
        Gate.of(event.getGates()),
        event.getReleasedAt(),
        event.getExact(),
        event.getSignature() != null);
  }
}
