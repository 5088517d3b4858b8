package io.lethe.engine.method;

import io.lethe.engine.E2URec;
import io.lethe.engine.EngineException;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.UnlearningSettings;
import java.util.List;
import java.util.Map;

/**
 * Every method by its name. Those of {@link Kind#ADAPTER} turn a job into an adapter over the
 * recommender; those of {@link Kind#RETRAINING} train on rows anew and are run by {@link
 * MethodRunner}, which runs the others too.
 */
public final class Methods {
  /** What a method changes. */
  public enum Kind {
    /** LoRA tensors over the frozen recommender. */
    ADAPTER,
    /** A recommender, or several, trained without the erased rows. */
    RETRAINING
  }

  private static final List<String> ADAPTER_METHODS = List.of("e2urec");
  private static final List<String> RETRAINING_METHODS = List.of("retrain");

  private Methods() {}

  /** All names, the methods that change an adapter first. */
  public static List<String> names() {
    return java.util.stream.Stream.concat(ADAPTER_METHODS.stream(), RETRAINING_METHODS.stream())
        .toList();
  }

  /** What the method of this name changes. */
  public static Kind kind(String name) {
    if (!names().contains(name)) {
      throw new EngineException("there is no method " + name + "; the methods are " + names());
    }
    return ADAPTER_METHODS.contains(name) ? Kind.ADAPTER : Kind.RETRAINING;
  }

  /** The method with its defaults; e2urec takes its numbers from the job's settings. */
  public static UnlearningMethod named(String name) {
    requireAdapter(name);
    return new E2URec();
  }

  /** The method with a budget and numbers. */
  public static UnlearningMethod named(String name, MethodSettings settings) {
    requireAdapter(name);
    return new BudgetedE2URec(settings);
  }

  /** The numbers a method has where nobody gives others. */
  public static MethodSettings defaults(String name) {
    kind(name);
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

  private static void requireAdapter(String name) {
    if (kind(name) == Kind.RETRAINING) {
      throw new EngineException(
          name
              + " trains anew and makes no adapter; run it with MethodRunner. The methods that make"
              + " one are "
              + ADAPTER_METHODS);
    }
  }
}
