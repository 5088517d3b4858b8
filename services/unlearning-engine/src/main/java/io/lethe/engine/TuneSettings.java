package io.lethe.engine;

import io.lethe.engine.model.LoraStart;
import java.util.List;

/**
 * How a recommender is tuned. LoRA updates are trained on the base and merged into its weights at
 * the end.
 *
 * @param solver what finds the weights
 * @param epochs passes over the examples; most steps of Newton's method, which takes each over all
 *     examples
 * @param batchSize examples of one step; also the divisor of the loss, whatever is masked out. Most
 *     examples in all for Newton's method, which holds them at once
 * @param learningRate peak rate of AdamW; Newton's method has none
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
 * @param ridge weight of half the squared norm of what is trained, in the loss
 * @param likedAbove a rating above it counts as liked, in prompts; {@link Double#NaN} writes
 *     ratings as numbers
 * @param primingRows made-up rows that Newton's method begins from, see {@link Priming}; 0 begins
 *     from the base as it is
 * @param promptStrategy which interactions prompts show
 */
public record TuneSettings(
    Solver solver,
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
    double averageFrom,
    double ridge,
    double likedAbove,
    int primingRows,
    PromptStrategy promptStrategy) {
  /** How tuning finds its weights. */
  public enum Solver {
    /** AdamW over batches in an order drawn from the seed. */
    ADAMW,
    /**
     * Newton's method over all examples at once, to the optimum of the loss and its ridge. It holds
     * where the last projection of an encoder alone is adapted and A is fixed. What it finds is a
     * function of the examples alone: no seed and no order enters.
     */
    NEWTON
  }

  public static final List<String> ALL_TARGETS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  private static final List<String> LAST_PROJECTION = List.of("output.dense");
  private static final long FIXED_A_SEED = 1;

  /**
   * What the ridge weighs in rows, whatever their number: it belongs to the sum of their losses.
   */
  private static final double STEADY_RIDGE_ROWS = 9;

  private static final int STEADY_ROWS = 3000;

  public TuneSettings {
    targets = List.copyOf(targets);
    // Recommenders tuned before there was a choice name none.
    solver = solver == null ? Solver.ADAMW : solver;
    promptStrategy = promptStrategy == null ? PromptStrategy.RECENT : promptStrategy;
    if (epochs < 1 || batchSize < 1 || rank < 1 || topLayers < 1 || targets.isEmpty()) {
      throw new EngineException(
          "epochs, batchSize, rank, topLayers and targets must each be at least 1");
    }
    if (!(learningRate > 0) || averageFrom < 0 || averageFrom > 1 || !(ridge >= 0)) {
      throw new EngineException(
          "learningRate must be above 0, averageFrom within 0..1 and ridge at least 0");
    }
    if (primingRows < 0
        || primingRows > 0 && (solver != Solver.NEWTON || Double.isNaN(likedAbove))) {
      throw new EngineException(
          "primingRows must be at least 0, and above 0 only for Newton's method with likedAbove");
    }
    if (solver == Solver.NEWTON
        && !(fixedA && ridge > 0 && topLayers == 1 && targets.equals(LAST_PROJECTION))) {
      throw new EngineException(
          "Newton's method takes fixedA true, a ridge above 0, topLayers 1 and targets "
              + LAST_PROJECTION
              + " alone");
    }
  }

  /**
   * What {@code train} and the demonstration tune with: every projection of the last two layers.
   */
  public static TuneSettings defaults() {
    return new TuneSettings(
        Solver.ADAMW,
        8,
        32,
        3e-3,
        0.1,
        0.1,
        0.01,
        16,
        32,
        ALL_TARGETS,
        2,
        true,
        0.6,
        0,
        Double.NaN,
        0,
        PromptStrategy.RECENT);
  }

  /**
   * The regime that forgets best: the last projection of the last layer alone, A fixed, a ridge,
   * and tuning to the optimum. Two tunings on the same rows then end alike whatever their seed, and
   * what a row contributed can be told. Its ridge is for 3,000 rows; see {@link #forRows}.
   */
  public static TuneSettings steady() {
    return new TuneSettings(
        Solver.NEWTON,
        25,
        16_384,
        1,
        0,
        0,
        0,
        512,
        512,
        LAST_PROJECTION,
        1,
        true,
        1,
        STEADY_RIDGE_ROWS / STEADY_ROWS,
        3,
        512,
        PromptStrategy.RECENT);
  }

  /** The same with another number of passes. */
  public TuneSettings withEpochs(int count) {
    return new TuneSettings(
        solver,
        count,
        batchSize,
        learningRate,
        warmupShare,
        finalRateShare,
        weightDecay,
        rank,
        loraAlpha,
        targets,
        topLayers,
        fixedA,
        averageFrom,
        ridge,
        likedAbove,
        primingRows,
        promptStrategy);
  }

  /**
   * The same for that many rows. The loss is a mean, so that a ridge of one weight would hold few
   * rows less than many: Newton's method, which ends at the optimum itself, would then learn them
   * by heart. AdamW's settings stay as they are.
   */
  public TuneSettings forRows(long rows) {
    if (solver != Solver.NEWTON || rows < 1) {
      return this;
    }
    return new TuneSettings(
        solver,
        epochs,
        batchSize,
        learningRate,
        warmupShare,
        finalRateShare,
        weightDecay,
        rank,
        loraAlpha,
        targets,
        topLayers,
        fixedA,
        averageFrom,
        STEADY_RIDGE_ROWS / rows,
        likedAbove,
        primingRows,
        promptStrategy);
  }

  /** The same for ratings of another scale, where prompts say in words what was liked. */
  public TuneSettings withLikedAbove(double rating) {
    if (Double.isNaN(likedAbove)) {
      return this;
    }
    return new TuneSettings(
        solver,
        epochs,
        batchSize,
        learningRate,
        warmupShare,
        finalRateShare,
        weightDecay,
        rank,
        loraAlpha,
        targets,
        topLayers,
        fixedA,
        averageFrom,
        ridge,
        rating,
        primingRows,
        promptStrategy);
  }

  /** The same for prompts that show other interactions. */
  public TuneSettings withPromptStrategy(PromptStrategy strategy) {
    return new TuneSettings(
        solver,
        epochs,
        batchSize,
        learningRate,
        warmupShare,
        finalRateShare,
        weightDecay,
        rank,
        loraAlpha,
        targets,
        topLayers,
        fixedA,
        averageFrom,
        ridge,
        likedAbove,
        primingRows,
        strategy);
  }

  /** How prompts are worded, and what they show. */
  public PromptTemplate template() {
    return new PromptTemplate(likedAbove, promptStrategy);
  }

  /**
   * The seed that A is drawn from. Where tuning is to end at one optimum, a fixed A is a part of
   * the model's shape, like the base's own weights, and not of what chance did in one tuning.
   */
  public long seedOfA(long seed) {
    return fixedA && ridge > 0 ? FIXED_A_SEED : seed;
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
