package io.lethe.cli.bench;

import java.util.Map;

/**
 * What one run of a method gave.
 *
 * @param method its name
 * @param seed of the run
 * @param steps budget, or 0 where the method trains anew
 * @param forget scores of the forget rows
 * @param choice scores of the validation rows kept for choosing
 * @param test scores of the test rows
 * @param confidenceTarget mean confidence in the forget rows that validation rows lead to expect of
 *     an exact retrain; NaN where the method has no such target
 * @param stepsTaken steps computed
 * @param secondsSetup spent before any request could have come
 * @param secondsTeachers part of {@code secondsTotal}
 * @param secondsTotal from the request to a model that has forgotten
 * @param secondsByPhase wall time of each phase
 * @param trainableParameters numbers that training may change
 * @param peakRssMiB largest resident memory of the process meanwhile
 * @param adapterId digest of the adapter, or null
 * @param manifest name of the manifest's file, or null
 */
record MethodRun(
    String method,
    long seed,
    int steps,
    float[] forget,
    float[] choice,
    float[] test,
    double confidenceTarget,
    int stepsTaken,
    double secondsSetup,
    double secondsTeachers,
    double secondsTotal,
    Map<String, Double> secondsByPhase,
    long trainableParameters,
    double peakRssMiB,
    String adapterId,
    String manifest) {}
