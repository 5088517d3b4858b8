package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some prompts side by side, filled up to the longest of them. */
record TokenBatch(long[] ids, float[] mask, long[] at, int rows, int length) {
  static TokenBatch of(List<EncodedPrompt> prompts, int[] rows) {
    int length = Arrays.stream(rows).map(row -> prompts.get(row).length()).max().orElseThrow();
    long[] ids = new long[rows.length * length];
    float[] mask = new float[rows.length * length];
    long[] at = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      EncodedPrompt prompt = prompts.get(rows[i]);
      System.arraycopy(prompt.ids(), 0, ids, i * length, prompt.length());
      Arrays.fill(mask, i * length, i * length + prompt.length(), 1);
      at[i] = prompt.answerAt();
    }
    return new TokenBatch(ids, mask, at, rows.length, length);
  }

  /** Consecutive rows of {@code order}, each batch within a number of tokens, padding included. */
  static List<int[]> cut(int[] order, List<EncodedPrompt> prompts, int tokensMax) {
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    int longest = 0;
    for (int i = 0; i < order.length; i++) {
      longest = Math.max(longest, prompts.get(order[i]).length());
      if (i > from && longest * (i - from + 1) > tokensMax) {
        batches.add(Arrays.copyOfRange(order, from, i));
        from = i;
        longest = prompts.get(order[i]).length();
      }
    }
    if (from < order.length) {
      batches.add(Arrays.copyOfRange(order, from, order.length));
    }
    return batches;
  }

  NDArray ids(NDManager manager) {
    return manager.create(ids, new Shape(rows, length));
  }

  NDArray mask(NDManager manager) {
    return manager.create(mask, new Shape(rows, length));
  }

  NDArray at(NDManager manager) {
    return manager.create(at);
  }
}
