package io.lethe.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One piece of forgetting.
 *
 * @param recommender frozen while unlearning
 * @param parent adapter released now, or null for none
 * @param forget rows to forget, at least one
 * @param retain bounded sample of what is kept, at least one
 * @param heldOut rows never trained on; they tell the confidence an untrained row gets; half of
 *     them anchor the student without their labels, the other half tells the utility
 * @param settings of the method and the gates
 * @param seed of adapter start and batches
 */
public record UnlearningJob(
    Recommender recommender,
    Adapter parent,
    List<Example> forget,
    List<Example> retain,
    List<Example> heldOut,
    UnlearningSettings settings,
    long seed) {
  public UnlearningJob {
    Objects.requireNonNull(recommender, "recommender");
    Objects.requireNonNull(settings, "settings");
    forget = sorted(forget);
    retain = sorted(retain);
    heldOut = sorted(heldOut);
    if (forget.isEmpty()) {
      throw new EngineException(
          "forget holds no rows; publish the parent adapter unchanged instead");
    }
    if (retain.isEmpty()) {
      throw new EngineException("retain holds no rows; the retain sample must not be empty");
    }
    if (heldOut.isEmpty()) {
      throw new EngineException(
          "heldOut holds no rows; keep rows out of training to measure forgetting and utility by");
    }
  }

  /** The held-out rows that are used: the first ones in order of id. */
  public List<Example> heldOutUsed() {
    return heldOut.subList(0, Math.min(settings.heldOutMax(), heldOut.size()));
  }

  /** Every other held-out row: their answers, never their labels, are held where they are. */
  public List<Example> anchors() {
    return everyOther(0);
  }

  /** The other half of the held-out rows: utility is measured where nothing was held. */
  List<Example> judged() {
    return everyOther(1);
  }

  private List<Example> everyOther(int first) {
    List<Example> used = heldOutUsed();
    return IntStream.range(0, used.size())
        .filter(row -> row % 2 == first || used.size() == 1)
        .mapToObj(used::get)
        .toList();
  }

  /**
   * Padding follows the order of rows and moves the last digits, so that order must not be the
   * caller's.
   */
  private static List<Example> sorted(List<Example> examples) {
    return examples.stream().sorted(Comparator.comparing(Example::id)).toList();
  }
}
