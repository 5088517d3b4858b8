package io.lethe.ledger.flow;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.VersionPin;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.List;

/**
 * A version in the lineage.
 *
 * @param status as the catalog says, RELEASED, WITHDRAWN, or CANARY while it is on trial
 * @param adapterId content address; null when the recommender is served bare
 * @param parentAdapterId the adapter it continues; null for the recommender itself
 * @param forgetSetId the forget set that it adds; null for version 0
 * @param newRequests how many requests it adds to the watermark
 * @param watermarkRequests how many requests it has forgotten
 * @param watermarkDigest hex SHA-256 over their sorted ids
 * @param minimumRequests beyond the watermark, how many any version must cover from now on
 * @param exact whether every request of the watermark is forgotten exactly by it
 * @param signed whether the catalog signed it
 * @param current whether it is the version for all
 * @param trialOnly whether it is, or was, on trial only: never released to all
 * @param canary of the version on trial the traffic that it answers; of the current one the traffic
 *     that the next one is to answer first; null where there is none
 * @param pin who keeps the current version current; null when it is not pinned
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
    boolean signed,
    boolean current,
    boolean trialOnly,
    Canary canary,
    Pin pin) {
  /**
   * A part of the traffic.
   *
   * @param replicas servers that answer from the version alone; empty where a share is given
   * @param percent share of the subjects, the same ones on every server; 0 where servers are named
   */
  public record Canary(List<String> replicas, int percent) {
    private static Canary of(CanaryShare share) {
      return share == null
          ? null
          : new Canary(List.copyOf(share.getReplicas()), share.getPercent());
    }
  }

  /**
   * A hold on the current version.
   *
   * @param actorRef keyed pseudonym of who pinned it
   */
  public record Pin(String actorRef, String why, Instant pinnedAt) {
    private static Pin of(VersionPin pin) {
      return pin == null ? null : new Pin(pin.getActorRef(), pin.getWhy(), pin.getPinnedAt());
    }
  }

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
        event.getSignature() != null,
        false,
        isTrialOnly(event),
        Canary.of(event.getCanary()),
        Pin.of(event.getPin()));
  }

  /**
   * The version beside the others. What an earlier version's record tells of a pin or a plan is
   * over: the catalog writes both on the current one alone, and does not take back what it wrote.
   *
   * @param currentVersion number of the current version; null where there is none
   * @param onTrial number of the version on trial; null where there is none
   */
  LineageVersion among(Long currentVersion, Long onTrial) {
    boolean isCurrent = currentVersion != null && version == currentVersion;
    boolean tellsTraffic = onTrial == null ? isCurrent : version == onTrial;
    return new LineageVersion(
        version,
        status,
        adapterId,
        parentAdapterId,
        forgetSetId,
        newRequests,
        watermarkRequests,
        watermarkDigest,
        minimumRequests,
        method,
        gates,
        releasedAt,
        exact,
        signed,
        isCurrent,
        trialOnly,
        tellsTraffic ? canary : null,
        isCurrent ? pin : null);
  }

  private static boolean isTrialOnly(AdapterVersion event) {
    return event.getStatus() == VersionStatus.CANARY
        || (event.getStatus() == VersionStatus.WITHDRAWN
            && event.getMove() != null
            && event.getMove().getKind() == MoveKind.END_CANARY);
  }
}
