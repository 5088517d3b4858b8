package io.lethe.engine.method;

import io.lethe.engine.E2URec;
import io.lethe.engine.EngineException;
import io.lethe.engine.UnlearningMethod;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

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

  private static final String E2UREC = "e2urec";
  private static final List<String> ADAPTER_METHODS =
      Stream.of(
              Stream.of(E2UREC, PublishedE2URec.NAME),
              Arrays.stream(LossMethod.values()).map(LossMethod::method),
              Stream.of(Misdirection.NAME, Influence.NAME, Optimum.NAME))
          .flatMap(names -> names)
          .toList();
  private static final List<String> RETRAINING_METHODS = Retraining.NAMES;

  private Methods() {}

  /** All names, the methods that change an adapter first. */
  public static List<String> names() {
    return Stream.concat(ADAPTER_METHODS.stream(), RETRAINING_METHODS.stream()).toList();
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
    return name.equals(E2UREC) ? new E2URec() : named(name, defaults(name));
  }

  /**
   * The method with a budget and numbers, best made from its {@link #defaults(String)}: each number
   * of its own must be there, and no other.
   */
  public static UnlearningMethod named(String name, MethodSettings settings) {
    requireAdapter(name);
    if (!settings.specific().keySet().equals(defaults(name).specific().keySet())) {
      throw new EngineException(
          "the settings hold the numbers "
              + settings.specific().keySet()
              + ", but "
              + name
              + " has "
              + defaults(name).specific().keySet()
              + "; begin from its defaults");
    }
    return switch (name) {
      case E2UREC -> new BudgetedE2URec(settings);
      case PublishedE2URec.NAME -> new PublishedE2URec(settings);
      case Misdirection.NAME -> new Misdirection(settings);
      case Influence.NAME -> new Influence(settings);
      case Optimum.NAME -> new Optimum(settings);
      default -> new LossMethodRun(LossMethod.of(name), settings);
    };
  }

  /** The numbers a method has where nobody gives others. */
  public static MethodSettings defaults(String name) {
    if (kind(name) == Kind.RETRAINING) {
      return Retraining.defaults(name);
    }
    return switch (name) {
      case E2UREC -> BudgetedE2URec.defaults();
      case PublishedE2URec.NAME -> PublishedE2URec.defaults();
      case Misdirection.NAME -> Misdirection.defaults();
      case Influence.NAME -> Influence.defaults();
      case Optimum.NAME -> Optimum.defaults();
      default -> LossMethod.of(name).defaults();
    };
  }

  /** Whether the method asks for a recommender that keeps its rows. */
  static boolean needsTunedRows(String name) {
    return name.equals(Influence.NAME) || name.equals(Optimum.NAME);
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
