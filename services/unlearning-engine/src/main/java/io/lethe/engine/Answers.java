package io.lethe.engine;

import java.util.List;

/** From logits of no and yes, two a row, to probabilities and confidences. */
public final class Answers {
  private Answers() {}

  /** Probability of yes of every row. */
  public static float[] probabilities(float[] logits) {
    float[] probabilities = new float[logits.length / 2];
    for (int row = 0; row < probabilities.length; row++) {
      double difference = (double) logits[2 * row] - logits[2 * row + 1];
      probabilities[row] = (float) (1 / (1 + Math.exp(difference)));
    }
    return probabilities;
  }

  public static boolean[] labels(List<Example> examples) {
    boolean[] liked = new boolean[examples.size()];
    for (int row = 0; row < liked.length; row++) {
      liked[row] = examples.get(row).liked();
    }
    return liked;
  }

  public static List<Prompt> prompts(List<Example> examples) {
    return examples.stream().map(Example::prompt).toList();
  }
}
