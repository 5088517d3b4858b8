package io.lethe.cli.bench;

import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.MethodSettings;
import java.util.List;
import java.util.Map;

/**
 * All that made a candidate, so that it can be made again. Paths are relative to the manifest's own
 * folder. Holds no clock: the same work writes the same manifest.
 *
 * @param format of this file
 * @param method that made it
 * @param baseFolder Hugging Face folder that the original was tuned from
 * @param baseDigest digest of that base
 * @param recommenderFolder the original
 * @param recommenderDigest digest of the original
 * @param parentAdapterId adapter it continues, or null
 * @param rowsFile the rows
 * @param dataDigests of the rows by part, in their order
 * @param orderDigest of the rows' ids in the order they are batched by
 * @param seed of adapter start and batches
 * @param tuneSeed the original was tuned with
 * @param tuneSettings the original was tuned with
 * @param unlearningSettings adapter shape and gates
 * @param methodSettings budget and hyper-parameters, or null for the method's own
 * @param precision of weights and activations
 * @param threads of one computation; another number may move the last digits
 * @param device that computed; another one rounds differently
 * @param stepsTaken student steps computed
 * @param stepKept step whose tensors the candidate holds
 * @param losses of every step, to tell where a replay parts from it
 * @param adapterId digest of the adapter, or null where the method trains anew
 * @param adapterFolder the adapter, or null
 * @param forgetScores scores of the forget rows, in their order
 */
public record CandidateManifest(
    String format,
    String method,
    String baseFolder,
    String baseDigest,
    String recommenderFolder,
    String recommenderDigest,
    String parentAdapterId,
    String rowsFile,
    Map<String, String> dataDigests,
    String orderDigest,
    long seed,
    long tuneSeed,
    TuneSettings tuneSettings,
    UnlearningSettings unlearningSettings,
    MethodSettings methodSettings,
    String precision,
    int threads,
    String device,
    int stepsTaken,
    int stepKept,
    List<Double> losses,
    String adapterId,
    String adapterFolder,
    float[] forgetScores) {
  /** The format this version writes and reads. */
  public static final String FORMAT = "lethe-candidate/1";
}
