package io.lethe.serving.domain;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * A version that the catalog wants served.
 *
 * @param version version number, from 0
 * @param adapterId content address of the adapter; null when the recommender is served bare
 * @param parentAdapterId the adapter it continues; null for the recommender itself
 * @param uri where the adapter's folder lies in the artefact store; null when bare
 * @param recommenderDigest digest of the recommender that the adapter was trained on
 * @param watermark the requests the version has forgotten
 * @param minimumWatermark the requests that any version must have forgotten to be served
 * @param releasedAt when the catalog released it
 * @param signature the catalog's, base64; null where it signed none
 */
public record ReleasedVersion(
    long version,
    String adapterId,
    String parentAdapterId,
    String uri,
    String recommenderDigest,
    Watermark watermark,
    Set<String> minimumWatermark,
    Instant releasedAt,
    String signature) {
  public ReleasedVersion {
    Objects.requireNonNull(recommenderDigest, "recommenderDigest");
    Objects.requireNonNull(watermark, "watermark");
    minimumWatermark = Set.copyOf(minimumWatermark);
    Objects.requireNonNull(releasedAt, "releasedAt");
  }

  /** A version that nobody signed. */
  public ReleasedVersion(
      long version,
      String adapterId,
      String parentAdapterId,
      String uri,
      String recommenderDigest,
      Watermark watermark,
      Set<String> minimumWatermark,
      Instant releasedAt) {
    this(
        version,
        adapterId,
        parentAdapterId,
        uri,
        recommenderDigest,
        watermark,
        minimumWatermark,
        releasedAt,
        null);
  }

  /** Whether the recommender is served without any adapter. */
  public boolean bare() {
    return adapterId == null;
  }
}
