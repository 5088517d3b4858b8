package io.lethe.worker.domain;

import io.lethe.schemas.event.AdapterVersion;

/**
 * The released version that a candidate continues.
 *
 * @param adapterId null for the recommender itself
 * @param uri where the adapter lies; null with {@code adapterId}
 */
public record Parent(String adapterId, String uri, long version, String recommenderDigest) {
  static Parent of(AdapterVersion version) {
    return new Parent(
        version.getAdapterId(),
        version.getUri(),
        version.getVersion(),
        version.getRecommenderDigest());
  }
}
