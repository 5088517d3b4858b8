package io.lethe.engine.method;

import io.lethe.engine.Candidate;
import io.lethe.engine.E2URec;
import io.lethe.engine.EngineException;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.UnlearningSettings;
import java.util.Map;

/**
 * The product's E2URec within a budget: it takes at most the steps given, and stops earlier where
 * it reaches its target.
 */
record BudgetedE2URec(MethodSettings settings) implements UnlearningMethod {
  /** The product's own numbers. */
  static MethodSettings defaults() {
    UnlearningSettings product = UnlearningSettings.defaults();
    return new MethodSettings(
        product.stepsMax(),
        product.batchSize(),
        product.retainBatchSize(),
        product.learningRate(),
        product.forgetWeight(),
        OptimizerSettings.adamW(0),
        Map.of());
  }

  @Override
  public String name() {
    return "e2urec";
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    if (!settings.optimizer().equals(OptimizerSettings.adamW(0))) {
      throw new EngineException(
          "e2urec trains with AdamW without decay; to run it with another optimizer, give"
              + " e2urec-published with stopAtTarget");
    }
    UnlearningJob budgeted =
        new UnlearningJob(
            job.recommender(),
            job.parent(),
            job.forget(),
            job.retain(),
            job.heldOut(),
            applied(job.settings()),
            job.seed());
    return new E2URec().run(budgeted, listener);
  }

  private UnlearningSettings applied(UnlearningSettings from) {
    return new UnlearningSettings(
        from.targets(),
        from.topLayers(),
        from.rank(),
        from.loraAlpha(),
        settings.batchSize(),
        settings.retainBatchSize(),
        from.augmentedLearningRate(),
        from.augmentedEpochs(),
        settings.learningRate(),
        settings.steps(),
        from.evaluateEvery(),
        from.alpha(),
        from.alphaMax(),
        from.teacherReach(),
        settings.forgetWeight(),
        from.labelWeight(),
        from.aim(),
        from.movementMin(),
        from.residualMax(),
        from.utilityDropMax(),
        from.heldOutMax());
  }
}
