package io.lethe.engine;

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
 * @param settings of the method
 */
public record AdapterManifest(
    String recommenderDigest,
    String precision,
    String method,
    String forgetSetDigest,
    String parentAdapterId,
    long seed,
    UnlearningSettings settings) {}
