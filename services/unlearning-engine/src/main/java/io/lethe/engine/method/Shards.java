package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.model.LoraTensors;
import io.lethe.engine.model.PromptMeanings;
import io.lethe.engine.text.EncodedPrompt;
import java.util.List;

/**
 * One adapter a shard over one base, and the part of the base that no shard changes as a measure of
 * how near prompts are.
 *
 * @param base open while the shards are used
 * @param tensors of each shard
 * @param placed the same in native memory
 * @param frozenLayers how many of the first layers no shard changes
 */
record Shards(
    Recommender base, List<AdapterTensors> tensors, List<LoraTensors> placed, int frozenLayers)
    implements AutoCloseable {
  static Shards of(Recommender base, List<AdapterTensors> tensors, int frozenLayers) {
    List<LoraTensors> placed = tensors.stream().map(base.model()::place).toList();
    return new Shards(base, List.copyOf(tensors), placed, frozenLayers);
  }

  int count() {
    return tensors.size();
  }

  /** Logit of yes less logit of no: one array a shard, one value a prompt. */
  double[][] margins(List<Prompt> prompts) {
    List<EncodedPrompt> encoded = encode(prompts);
    return placed.stream()
        .map(lora -> margins(base.model().logits(encoded, lora)))
        .toArray(double[][]::new);
  }

  static double[] margins(float[] logits) {
    double[] margins = new double[logits.length / 2];
    for (int row = 0; row < margins.length; row++) {
      margins[row] = (double) logits[2 * row + 1] - logits[2 * row];
    }
    return margins;
  }

  static double probability(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  List<EncodedPrompt> encode(List<Prompt> prompts) {
    return prompts.stream().map(base.encoder()::encode).toList();
  }

  /** Prompts as vectors, by the layers that no shard changes. */
  float[][] meanings(List<Prompt> prompts) {
    return PromptMeanings.of(base.model(), encode(prompts), frozenLayers);
  }

  @Override
  public void close() {
    placed.forEach(LoraTensors::close);
    base.close();
  }
}
