package io.lethe.cli.bench;

import io.lethe.engine.Example;
import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Prompt;
import java.util.List;
import java.util.function.Function;

/** Scores many rows in parts of one size, so that the same rows always give the same scores. */
public final class Scoring {
  private static final int ROWS_MAX = 256;

  private Scoring() {}

  /**
   * Probability of yes of every row, in order.
   *
   * @param what the rows are, for people
   */
  public static float[] score(
      String what,
      Function<List<Prompt>, float[]> model,
      List<Example> rows,
      ProgressListener listener) {
    float[] scores = new float[rows.size()];
    for (int from = 0; from < scores.length; from += ROWS_MAX) {
      List<Example> part = rows.subList(from, Math.min(from + ROWS_MAX, scores.length));
      float[] found = model.apply(part.stream().map(Example::prompt).toList());
      System.arraycopy(found, 0, scores, from, found.length);
      listener.onProgress(
          new Progress("scoring " + what, from + found.length, scores.length, Double.NaN));
    }
    return scores;
  }

  /** True labels of rows. */
  public static boolean[] labels(List<Example> rows) {
    boolean[] liked = new boolean[rows.size()];
    for (int row = 0; row < liked.length; row++) {
      liked[row] = rows.get(row).liked();
    }
    return liked;
  }
}
