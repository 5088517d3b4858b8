package io.lethe.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.method.LeftOut;
import io.lethe.engine.method.MethodSettings;

/**
 * What an adapter is and where it comes from. Holds no clock, so that the same work gives the same
 * bytes and the same id.
 *
 * @param recommenderDigest digest of the recommender it belongs to
 * @param precision it was trained in
 * @param method that made it
 * @param forgetSetDigest SHA-256 over the ids and labels of the forget rows
 * @param parentAdapterId id of the adapter it continues, or null
 * @param seed of adapter start and batches
 * @param settings of the adapter, the gates and e2urec
 * @param methodSettings further numbers of the method, or null for e2urec, which has none; left out
 *     of the file then
 * @param leftOut which rows that the recommender keeps are left out of what recommender and adapter
 *     hold together: a bitmap over their places, in base64; null where the recommender keeps none
 *     or that is not known
 */
public record AdapterManifest(
    String recommenderDigest,
    String precision,
    String method,
    String forgetSetDigest,
    String parentAdapterId,
    long seed,
    UnlearningSettings settings,
    @JsonInclude(JsonInclude.Include.NON_NULL) MethodSettings methodSettings,
    @JsonInclude(JsonInclude.Include.NON_NULL) String leftOut) {
  /** Of tensors that no method of this engine made, or of none that says more. */
  public AdapterManifest(
      String recommenderDigest,
      String precision,
      String method,
      String forgetSetDigest,
      String parentAdapterId,
      long seed,
      UnlearningSettings settings) {
    this(
        recommenderDigest,
        precision,
        method,
        forgetSetDigest,
        parentAdapterId,
        seed,
        settings,
        null,
        null);
  }

  /**
   * Of a job's candidate.
   *
   * @param methodSettings or null
   */
  public static AdapterManifest of(
      UnlearningJob job, String method, MethodSettings methodSettings) {
    return new AdapterManifest(
        job.recommender().digest(),
        job.recommender().settings().precision(),
        method,
        Digests.of(job.forget()),
        job.parent() == null ? null : job.parent().id(),
        job.seed(),
        job.settings(),
        methodSettings,
        LeftOut.of(job));
  }
}
