package io.lethe.worker.unlearn;

import java.time.Duration;

/**
 * What bounds one forget set's way through the worker; the configuration keys are named alike.
 *
 * @param parentWait for the release of the candidate before it
 * @param retainWait for the retain reservoir
 * @param retainMin samples of each slice of the reservoir that are waited for
 * @param attemptsMax starts of one set, across ends of the process
 * @param restartsMax times it starts over because another version was released
 * @param storeAttemptsMax tries to store the candidate
 * @param retryPause between these tries
 */
public record FlowLimits(
    Duration parentWait,
    Duration retainWait,
    int retainMin,
    int attemptsMax,
    int restartsMax,
    int storeAttemptsMax,
    Duration retryPause) {}
