package io.lethe.engine;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * One piece of forgetting.
 *
 * @param recommender frozen while unlearning
 * @param parent adapter released now, or null for none
 * @param forget rows to forget, at least one
 * @param retain bounded sample of what is kept, at least one
 * @param heldOut rows never trained on; they tell the confidence an untrained row gets; about half
 *     of them anchor the student without their labels, the others tell the utility
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

  /** Held-out rows whose answers, never their labels, are held where they are. */
  public List<Example> anchors() {
    return heldOutWhere(true);
  }

  /** The other held-out rows: utility is measured where nothing was held. */
  List<Example> judged() {
    return heldOutWhere(false);
  }

  /**
   * Whether a held-out row anchors the student. The row's id alone decides, about every other time,
   * so that whoever measures a served adapter can leave those rows out that its training saw.
   */
  public static boolean anchorsTheStudent(String exampleId) {
    CRC32 hash = new CRC32();
    hash.update(exampleId.getBytes(StandardCharsets.UTF_8));
    return (hash.getValue() & 1) == 0;
  }

  private List<Example> heldOutWhere(boolean anchors) {
    List<Example> used = heldOutUsed();
    List<Example> chosen =
        used.stream().filter(one -> anchorsTheStudent(one.id()) == anchors).toList();
    return chosen.isEmpty() ? used : chosen;
  }

  /**
   * Padding follows the order of rows and moves the last digits, so that order must not be the
   * caller's.
   */
  private static List<Example> sorted(List<Example> examples) {
    return examples.stream().sorted(Comparator.comparing(Example::id)).toList();
  }
}
