package io.lethe.engine.method;

import io.lethe.engine.Answers;
import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import java.util.Arrays;
import java.util.List;

/**
 * Attention over shards, after RecEraser (Chen et al. 2022): a prompt asks, the shards' centres are
 * the keys, their logits the values. What is learned are the sharpness of the attention and one
 * bias a shard, by the log-loss on held-out rows; before that all shards count alike, as in SISA.
 *
 * <p>RecEraser attends with a layer of its own over embeddings of users and items, and learns it on
 * the training rows; a language model has no such embeddings, and its shards know their training
 * rows by heart, which would teach the attention to ask whoever knows the answer.
 */
final class ShardAttention implements Unlearned {
  private static final int PASSES = 400;
  private static final double RATE = 0.1;

  private final Shards shards;
  private final double[][] centres;
  private final double[] bias;
  private double unit;
  private double sharpness;

  private ShardAttention(Shards shards, double[][] centres) {
    this.shards = shards;
    this.centres = centres;
    this.bias = new double[centres.length];
  }

  /**
   * Learns the attention.
   *
   * @param kept rows of each shard that are not erased
   * @param heldOut rows that no shard was tuned on
   */
  static ShardAttention learn(Shards shards, List<List<Example>> kept, List<Example> heldOut) {
    double[][] centres = new double[kept.size()][];
    for (int shard = 0; shard < centres.length; shard++) {
      List<Example> rows = kept.get(shard);
      // A shard that lost all its rows answers as the base does, to whom nobody is near.
      float[][] meanings = shards.meanings(Answers.prompts(rows.isEmpty() ? heldOut : rows));
      float[] mean = Sharding.mean(meanings, 0, meanings.length);
      centres[shard] = new double[mean.length];
      for (int k = 0; k < mean.length; k++) {
        centres[shard][k] = mean[k];
      }
    }
    ShardAttention attention = new ShardAttention(shards, centres);
    List<Prompt> prompts = Answers.prompts(heldOut);
    attention.fit(shards.meanings(prompts), shards.margins(prompts), Sharding.labels(heldOut));
    return attention;
  }

  /** Plain descent: the loss has as many unknowns as there are shards, and one. */
  private void fit(float[][] meanings, double[][] margins, double[] labels) {
    unit =
        Arrays.stream(meanings)
            .flatMapToDouble(
                meaning ->
                    Arrays.stream(centres)
                        .mapToDouble(centre -> BalancedClusters.squaredDistance(meaning, centre)))
            .average()
            .orElse(1);
    for (int pass = 0; pass < PASSES; pass++) {
      double slope = 0;
      double[] slopes = new double[bias.length];
      for (int row = 0; row < labels.length; row++) {
        double[] nearness = nearness(meanings[row]);
        double[] weights = weights(nearness);
        double margin = margin(weights, margins, row);
        double error = Shards.probability(margin) - labels[row];
        for (int shard = 0; shard < slopes.length; shard++) {
          double step = error * weights[shard] * (margins[shard][row] - margin) / labels.length;
          slopes[shard] += step;
          slope += step * nearness[shard];
        }
      }
      sharpness -= RATE * slope;
      for (int shard = 0; shard < bias.length; shard++) {
        bias[shard] -= RATE * slopes[shard];
      }
    }
  }

  private double[] nearness(float[] meaning) {
    return Arrays.stream(centres)
        .mapToDouble(centre -> -BalancedClusters.squaredDistance(meaning, centre) / unit)
        .toArray();
  }

  private double[] weights(double[] nearness) {
    double[] scores = new double[bias.length];
    for (int shard = 0; shard < scores.length; shard++) {
      scores[shard] = sharpness * nearness[shard] + bias[shard];
    }
    return softmax(scores);
  }

  static double[] softmax(double[] scores) {
    double highest = Arrays.stream(scores).max().orElseThrow();
    double[] shares = Arrays.stream(scores).map(score -> Math.exp(score - highest)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private static double margin(double[] weights, double[][] margins, int row) {
    double margin = 0;
    for (int shard = 0; shard < weights.length; shard++) {
      margin += weights[shard] * margins[shard][row];
    }
    return margin;
  }

  @Override
  public float[] score(List<Prompt> prompts) {
    if (prompts.isEmpty()) {
      return new float[0];
    }
    float[][] meanings = shards.meanings(prompts);
    double[][] margins = shards.margins(prompts);
    float[] scores = new float[prompts.size()];
    for (int row = 0; row < scores.length; row++) {
      double[] weights = weights(nearness(meanings[row]));
      scores[row] = (float) Shards.probability(margin(weights, margins, row));
    }
    return scores;
  }

  @Override
  public void close() {
    shards.close();
  }
}
