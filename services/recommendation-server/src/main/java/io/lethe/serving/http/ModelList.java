package io.lethe.serving.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * What is served, in the shape that clients of vLLM know, with what unlearning adds.
 *
 * @param object always {@code list}
 * @param data the recommender and, where one is served, its adapter
 * @param state where the adapter's slot stands
 * @param refused the newest announced version, when it could not be loaded; else null
 */
public record ModelList(String object, List<Model> data, String state, RefusedVersion refused) {
  /**
   * One model.
   *
   * @param id the model's name; an adapter's is followed by a colon and its version
   * @param object always {@code model}
   * @param created when the catalog released it, in seconds since 1970; 0 for the recommender
   * @param ownedBy always {@code lethe}
   * @param root content address: of the recommender, or of the adapter
   * @param parent name of the model that an adapter belongs to; null for the recommender
   * @param served whether answers come from it; an adapter listed without answers only requests
   *     pinned to its version
   * @param version version number; null for the recommender while an adapter is served
   * @param watermarkDigest digest of the requests it has forgotten; null when not served
   * @param watermarkSize how many requests it has forgotten; null when not served
   * @param switchedAt since when it is served; null when not served
   */
  public record Model(
      String id,
      String object,
      long created,
      @JsonProperty("owned_by") String ownedBy,
      String root,
      String parent,
      boolean served,
      Long version,
      String watermarkDigest,
      Integer watermarkSize,
      Instant switchedAt) {}

  /**
   * A version that could not be loaded; the one before keeps serving.
   *
   * @param version its number
   * @param adapter content address of its adapter; null when bare
   * @param reason what was wrong and what to do
   * @param attempts how often it was tried
   * @param nextAttemptAt when it is tried again
   */
  public record RefusedVersion(
      long version, String adapter, String reason, int attempts, Instant nextAttemptAt) {}
}
