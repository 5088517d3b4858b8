package io.lethe.engine.method;

import io.lethe.engine.EngineException;
import io.lethe.engine.OptimizerSettings;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Budget and numbers of a method. Every method has defaults ({@link Methods#defaults(String)}), and
 * {@code with...} makes another of them; a number a method does not know is refused by name.
 *
 * <p>The retraining methods follow the settings the recommender was tuned with; of these settings
 * they read the {@code specific} ones alone.
 *
 * @param steps of the student, all of them taken unless the method stops at its target
 * @param batchSize forget rows of one step
 * @param retainBatchSize retained rows of one step
 * @param learningRate of the optimiser
 * @param forgetWeight weight of the mean loss over the forget rows
 * @param optimizer of the student
 * @param specific further numbers by name, each explained where the method is
 */
public record MethodSettings(
    int steps,
    int batchSize,
    int retainBatchSize,
    double learningRate,
    double forgetWeight,
    OptimizerSettings optimizer,
    Map<String, Double> specific) {
  public MethodSettings {
    specific = Collections.unmodifiableMap(new TreeMap<>(specific));
    if (steps < 1 || batchSize < 1 || retainBatchSize < 1) {
      throw new EngineException("steps, batchSize and retainBatchSize must each be at least 1");
    }
    if (!(learningRate > 0) || !(forgetWeight > 0)) {
      throw new EngineException("learningRate and forgetWeight must each be above 0");
    }
  }

  public MethodSettings withSteps(int newSteps) {
    return new MethodSettings(
        newSteps, batchSize, retainBatchSize, learningRate, forgetWeight, optimizer, specific);
  }

  public MethodSettings withBatchSizes(int forget, int retain) {
    return new MethodSettings(
        steps, forget, retain, learningRate, forgetWeight, optimizer, specific);
  }

  public MethodSettings withLearningRate(double newRate) {
    return new MethodSettings(
        steps, batchSize, retainBatchSize, newRate, forgetWeight, optimizer, specific);
  }

  public MethodSettings withForgetWeight(double newWeight) {
    return new MethodSettings(
        steps, batchSize, retainBatchSize, learningRate, newWeight, optimizer, specific);
  }

  public MethodSettings withOptimizer(OptimizerSettings newOptimizer) {
    return new MethodSettings(
        steps, batchSize, retainBatchSize, learningRate, forgetWeight, newOptimizer, specific);
  }

  /** Sets one of the method's own numbers. */
  public MethodSettings with(String name, double value) {
    if (!specific.containsKey(name)) {
      throw new EngineException(
          "the method has no number "
              + name
              + (specific.isEmpty() ? "; it has none" : "; it has " + specific.keySet()));
    }
    Map<String, Double> changed = new TreeMap<>(specific);
    changed.put(name, value);
    return new MethodSettings(
        steps, batchSize, retainBatchSize, learningRate, forgetWeight, optimizer, changed);
  }

  /** One of the method's own numbers. */
  public double number(String name) {
    Double value = specific.get(name);
    if (value == null) {
      throw new EngineException(
          "the settings lack the number " + name + "; begin from the method's defaults");
    }
    return value;
  }
}
