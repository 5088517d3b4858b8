package io.lethe.serving.model;

import java.time.Instant;

/**
 * Why an announced version is not served.
 *
 * @param version the version refused
 * @param adapterId its adapter; null when bare
 * @param reason what was wrong and what to do
 * @param attempts how often it was tried
 * @param nextAttemptAt when it will be tried again
 */
public record Refusal(
    long version, String adapterId, String reason, int attempts, Instant nextAttemptAt) {}
