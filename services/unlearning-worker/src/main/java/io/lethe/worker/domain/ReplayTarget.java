package io.lethe.worker.domain;

import java.util.Set;

/**
 * The released version that an exact tuning could take the place of.
 *
 * @param parent the version; it always has an adapter
 * @param forgetSetId the forget set that it added
 * @param forgetSetSequence of that set; 0 where its candidate is no longer kept
 * @param forgetSetDigest of that set; empty where its candidate is no longer kept
 * @param requestIds its watermark
 */
public record ReplayTarget(
    String modelId,
    Parent parent,
    String forgetSetId,
    long forgetSetSequence,
    String forgetSetDigest,
    Set<String> requestIds) {}
