package io.lethe.engine;

import io.lethe.engine.model.LoraStart;
import java.util.List;

/**
 * How a recommender is tuned. LoRA updates are trained on the base and merged into its weights at
 * the end.
 *
 * @param epochs passes over the examples
 * @param batchSize examples of one step; also the divisor of the loss, whatever is masked out
 * @param learningRate peak rate of AdamW
 * @param warmupShare share of the steps over which the rate rises from 0
 * @param finalRateShare share of the peak rate left at the last step (cosine decay)
 * @param weightDecay AdamW's decoupled decay
 * @param rank of the LoRA updates
 * @param loraAlpha LoRA's alpha; an update is scaled by alpha / rank
 * @param targets adapted projections, as Hugging Face names of a layer's parts
 * @param topLayers how many of the last layers are adapted; the others are computed once and cached
 * @param fixedA true trains B alone and leaves A as drawn
 * @param averageFrom share of the steps after which weights are averaged; 1 for the last weights
 *     alone
 */
public record TuneSettings(
    int epochs,
    int batchSize,
    double learningRate,
    double warmupShare,
    double finalRateShare,
    double weightDecay,
    int rank,
    double loraAlpha,
    List<String> targets,
    int topLayers,
    boolean fixedA,
    double averageFrom) {
  public static final List<String> ALL_TARGETS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  public TuneSettings {
    targets = List.copyOf(targets);
    if (epochs < 1 || batchSize < 1 || rank < 1 || topLayers < 1 || targets.isEmpty()) {
      throw new EngineException(
          "epochs, batchSize, rank, topLayers and targets must each be at least 1");
    }
    if (!(learningRate > 0) || averageFrom < 0 || averageFrom > 1) {
      throw new EngineException("learningRate must be above 0 and averageFrom within 0..1");
    }
  }

  public static TuneSettings defaults() {
    return new TuneSettings(8, 32, 3e-3, 0.1, 0.1, 0.01, 16, 32, ALL_TARGETS, 2, true, 0.6);
  }

  /** Whether tuning changes the LoRA tensor of this name. */
  public boolean isTrained(String name) {
    return !fixedA || name.endsWith(LoraStart.B);
  }

  /**
   * Learning rate of a step counted from 0: a linear rise, then half a cosine down to the final
   * share.
   */
  double rateAt(int step, int totalSteps) {
    double warmupSteps = Math.max(1, warmupShare * totalSteps);
    if (step < warmupSteps) {
      return learningRate * (step + 1) / warmupSteps;
    }
    double done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    double share = finalRateShare + (1 - finalRateShare) * (1 + Math.cos(Math.PI * done)) / 2;
    return learningRate * share;
  }
}
