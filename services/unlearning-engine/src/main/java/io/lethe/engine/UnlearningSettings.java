package io.lethe.engine;

import java.util.List;

/**
 * How a method unlearns, and what its candidate must pass.
 *
 * @param targets projections the student adapts where there is no parent adapter to continue and
 *     the recommender was not tuned with A fixed, which else decides this and the next three
 * @param topLayers how many of the last layers it adapts then; the others are computed once and
 *     cached
 * @param rank of the student's LoRA then
 * @param loraAlpha LoRA's alpha then
 * @param batchSize forget rows of one step
 * @param retainBatchSize retained rows of one step; the more, the less the student moves what it
 *     should keep
 * @param augmentedLearningRate AdamW's rate for the augmented teacher
 * @param augmentedEpochs passes of the augmented teacher over the forget set
 * @param learningRate AdamW's rate for the student
 * @param stepsMax steps of the student at most
 * @param evaluateEvery steps between two looks at the confidence in the forget rows
 * @param alpha weight of the augmented teacher's gain in the forgetting teacher
 * @param alphaMax limit to which alpha may grow where the augmented teacher moved too little
 * @param teacherReach how far the forgetting teacher must lie from the original, in ways to the
 *     target, before alpha stops growing; above 1 so that the student passes the target at speed
 *     instead of creeping up to it
 * @param forgetWeight weight of the forget loss; the retain losses have the rest
 * @param labelWeight weight of the cross-entropy with the true labels within the retain losses,
 *     beside 1 for the divergence; the published method has 1, which on a small retain sample
 *     teaches its labels by heart
 * @param aim share of the expected way to an exact retrain to go; below 1 since the expectation is
 *     itself uncertain and going too far tells as much as not going
 * @param movementMin no-op gate: smallest mean absolute change of the scores of the forget rows
 * @param residualMax forgetting gate, where the recommender keeps its rows: largest share of the
 *     way to the exact answers that may be left, or gone beyond
 * @param utilityDropMax utility gate: largest fall of the held-out AUC
 * @param heldOutMax held-out rows used at most, the first ones in order of id
 */
public record UnlearningSettings(
    List<String> targets,
    int topLayers,
    int rank,
    double loraAlpha,
    int batchSize,
    int retainBatchSize,
    double augmentedLearningRate,
    int augmentedEpochs,
    double learningRate,
    int stepsMax,
    int evaluateEvery,
    double alpha,
    double alphaMax,
    double teacherReach,
    double forgetWeight,
    double labelWeight,
    double aim,
    double movementMin,
    double residualMax,
    double utilityDropMax,
    int heldOutMax) {
  public UnlearningSettings {
    targets = List.copyOf(targets);
    if (rank < 1
        || batchSize < 1
        || retainBatchSize < 1
        || stepsMax < 1
        || evaluateEvery < 1
        || augmentedEpochs < 1) {
      throw new EngineException(
          "rank, batchSize, retainBatchSize, stepsMax, evaluateEvery and augmentedEpochs must each be at least 1");
    }
    if (forgetWeight <= 0 || forgetWeight >= 1 || alpha <= 0 || alphaMax < alpha) {
      throw new EngineException(
          "forgetWeight must lie within 0..1, alpha above 0 and alphaMax not below alpha");
    }
  }

  public static UnlearningSettings defaults() {
    return new UnlearningSettings(
        TuneSettings.ALL_TARGETS,
        2,
        16,
        32,
        16,
        48,
        5e-4,
        3,
        5e-4,
        200,
        2,
        0.4,
        64,
        2,
        0.25,
        0,
        0.75,
        1e-4,
        0.25,
        0.02,
        256);
  }
}
