package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.lethe.engine.program.Program.Mode;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Prompts as vectors: the mean over the tokens of what the first layers make of them. */
public final class PromptMeanings {
  private PromptMeanings() {}

  /**
   * One vector a prompt, in order.
   *
   * @param layers how many of the first layers are run
   */
  public static float[][] of(LanguageModel model, List<EncodedPrompt> prompts, int layers) {
    float[][] meanings = new float[prompts.size()][];
    int[] order = IntStream.range(0, prompts.size()).toArray();
    for (int[] rows : TokenBatch.cut(order, prompts, model.settings().batchTokensMax())) {
      try (NDManager call = model.newScope()) {
        TokenBatch batch = TokenBatch.of(prompts, rows);
        NDArray below = HostMemory.of(call).create((long) layers);
        NDList inputs = new NDList(batch.ids(call), batch.mask(call), below);
        float[] found = model.call("meaning", Mode.INFERENCE, inputs, null).toFloatArray();
        int width = found.length / rows.length;
        for (int i = 0; i < rows.length; i++) {
          meanings[rows[i]] = Arrays.copyOfRange(found, i * width, (i + 1) * width);
        }
      }
    }
    return meanings;
  }
}
