package io.lethe.engine;

/**
 * How a method unlearns, and what its candidate must pass.
 *
 * @param rank of the student's LoRA
 * @param loraAlpha LoRA's alpha
 * @param batchSize examples of one step on each side: as many to forget as to retain
 * @param augmentedLearningRate AdamW's rate for the augmented teacher
 * @param augmentedEpochs passes of the augmented teacher over the forget set
 * @param learningRate AdamW's rate for the student
 * @param stepsMax steps of the student at most
 * @param evaluateEvery steps between two looks at the confidence in the forget rows
 * @param alpha weight of the augmented teacher's gain in the forgetting teacher
 * @param alphaMax limit to which alpha may grow where the augmented teacher moved too little
 * @param forgetWeight weight of the forget loss; the retain losses have the rest
 * @param movementMin no-op gate: smallest mean absolute change of the scores of the forget rows
 * @param utilityDropMax utility gate: largest fall of the held-out AUC
 * @param heldOutMax held-out rows used at most, the first ones in order of id
 */
public record UnlearningSettings(
    int rank,
    double loraAlpha,
    int batchSize,
    double augmentedLearningRate,
    int augmentedEpochs,
    double learningRate,
    int stepsMax,
    int evaluateEvery,
    double alpha,
    double alphaMax,
    double forgetWeight,
    double movementMin,
    double utilityDropMax,
    int heldOutMax) {
  public UnlearningSettings {
    if (rank < 1 || batchSize < 1 || stepsMax < 1 || evaluateEvery < 1 || augmentedEpochs < 1) {
      throw new EngineException(
          "rank, batchSize, stepsMax, evaluateEvery and augmentedEpochs must each be at least 1");
    }
    if (forgetWeight <= 0 || forgetWeight >= 1 || alpha <= 0 || alphaMax < alpha) {
      throw new EngineException(
          "forgetWeight must lie within 0..1, alpha above 0 and alphaMax not below alpha");
    }
  }

  public static UnlearningSettings defaults() {
    return new UnlearningSettings(8, 16, 16, 5e-4, 3, 1e-3, 200, 2, 2, 64, 0.4, 1e-4, 0.01, 512);
  }
}
