package io.lethe.engine;

import java.util.List;
import java.util.Map;

/**
 * What a run did and measured.
 *
 * @param method its name
 * @param stepsTaken student steps computed
 * @param stepKept step whose weights the candidate holds
 * @param alphaUsed weight of the forgetting teacher in the end
 * @param targetReached true where the confidence came to its target
 * @param losses of every student step
 * @param confidences mean confidence in the true labels of the forget rows, one entry a look, the
 *     first before any step
 * @param confidenceBefore mean confidence in the true labels of the forget rows under the parent
 * @param confidenceAfter the same under the candidate
 * @param confidenceTarget the same as an exact retrain is expected to give, or NaN where the method
 *     ran without a target
 * @param secondsByPhase wall time of each phase, in order
 */
public record UnlearningRecord(
    String method,
    int stepsTaken,
    int stepKept,
    double alphaUsed,
    boolean targetReached,
    List<Double> losses,
    List<Double> confidences,
    double confidenceBefore,
    double confidenceAfter,
    double confidenceTarget,
    Map<String, Double> secondsByPhase) {}
