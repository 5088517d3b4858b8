package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Prompt;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTensors;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Adapters merged for each prompt (APA, Hu et al. 2024): the weight of shard k is {@code
 * softmax_k(- tau * error_k)}, error_k being its mean absolute error on the held-out rows nearest
 * to the prompt, and the parameters are added up with these weights, so that one forward pass
 * answers.
 *
 * <p>Decomposed, A and B are added up apart ({@code A = sum w A_k, B = sum w B_k}); otherwise the
 * updates are ({@code sum w B_k A_k}), held as one adapter of as many times the rank. Where the
 * shards share a fixed A, the two are the same. Nearness is the cosine of what the layers below the
 * adapters make of the prompts. Weights are rounded to {@value #GRID}ths, so that prompts with
 * equal weights share a merge and a batch.
 */
final class AdaptiveMerge implements Unlearned {
  private static final int GRID = 32;

  private final Shards shards;
  private final float[][] known;
  private final double[][] errors;
  private final double temperature;
  private final int neighbours;
  private final boolean decomposed;

  /**
   * Measures every shard on the held-out rows.
   *
   * @param heldOut rows that no shard was tuned on
   * @param temperature tau
   * @param neighbours held-out rows asked for a prompt
   */
  AdaptiveMerge(
      Shards shards,
      List<Example> heldOut,
      double temperature,
      int neighbours,
      boolean decomposed) {
    this.shards = shards;
    this.temperature = temperature;
    this.neighbours = Math.min(neighbours, heldOut.size());
    this.decomposed = decomposed;
    List<Prompt> prompts = Answers.prompts(heldOut);
    this.known = unit(shards.meanings(prompts));
    double[] labels = Sharding.labels(heldOut);
    this.errors =
        Arrays.stream(shards.margins(prompts))
            .map(
                margins ->
                    IntStream.range(0, labels.length)
                        .mapToDouble(
                            row -> Math.abs(Shards.probability(margins[row]) - labels[row]))
                        .toArray())
            .toArray(double[][]::new);
  }

  private static float[][] unit(float[][] vectors) {
    for (float[] vector : vectors) {
      double sum = 0;
      for (float value : vector) {
        sum += (double) value * value;
      }
      for (int k = 0; k < vector.length; k++) {
        vector[k] /= (float) Math.max(Math.sqrt(sum), 1e-12);
      }
    }
    return vectors;
  }

  /** Weight of each shard for a prompt whose vector has length one. */
  double[] weights(float[] meaning) {
    double[] cosines = new double[known.length];
    for (int row = 0; row < known.length; row++) {
      for (int k = 0; k < meaning.length; k++) {
        cosines[row] += (double) meaning[k] * known[row][k];
      }
    }
    int[] nearest =
        IntStream.range(0, known.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer row) -> -cosines[row]))
            .limit(neighbours)
            .mapToInt(Integer::intValue)
            .toArray();
    double[] scores =
        Arrays.stream(errors)
            .mapToDouble(
                error ->
                    -temperature
                        * IntStream.of(nearest).mapToDouble(row -> error[row]).average().orElse(0))
            .toArray();
    return ShardAttention.softmax(scores);
  }

  @Override
  public float[] score(List<Prompt> prompts) {
    if (prompts.isEmpty()) {
      return new float[0];
    }
    float[][] meanings = unit(shards.meanings(prompts));
    Map<List<Integer>, List<Integer>> together = new LinkedHashMap<>();
    for (int row = 0; row < meanings.length; row++) {
      together.computeIfAbsent(rounded(weights(meanings[row])), key -> new ArrayList<>()).add(row);
    }
    List<EncodedPrompt> encoded = shards.encode(prompts);
    float[] scores = new float[prompts.size()];
    together.forEach(
        (weights, rows) -> {
          try (LoraTensors merged = shards.base().model().place(merge(weights))) {
            List<EncodedPrompt> some = rows.stream().map(encoded::get).toList();
            double[] margins = Shards.margins(shards.base().model().logits(some, merged));
            for (int i = 0; i < margins.length; i++) {
              scores[rows.get(i)] = (float) Shards.probability(margins[i]);
            }
          }
        });
    return scores;
  }

  private static List<Integer> rounded(double[] weights) {
    double highest = Arrays.stream(weights).max().orElseThrow();
    // The highest counts even where there are more shards than the grid has steps.
    return Arrays.stream(weights)
        .mapToObj(w -> Math.max((int) Math.round(w * GRID), w == highest ? 1 : 0))
        .toList();
  }

  /** The merged adapter; shards are used up to their weights' sum. */
  AdapterTensors merge(List<Integer> weights) {
    double sum = weights.stream().mapToInt(Integer::intValue).sum();
    double[] shares = weights.stream().mapToDouble(weight -> weight / sum).toArray();
    AdapterTensors first = shards.tensors().get(0);
    Map<String, FloatTensor> merged = new TreeMap<>();
    for (String name : first.tensors().keySet()) {
      List<FloatTensor> parts =
          shards.tensors().stream().map(tensors -> tensors.tensors().get(name)).toList();
      if (decomposed) {
        merged.put(name, added(parts, shares));
      } else {
        merged.put(name, name.endsWith(LoraStart.A) ? stacked(parts) : sideBySide(parts, shares));
      }
    }
    int times = decomposed ? 1 : shares.length;
    return new AdapterTensors(first.rank() * times, first.loraAlpha() * times, merged);
  }

  private static FloatTensor added(List<FloatTensor> parts, double[] shares) {
    float[] values = new float[parts.get(0).values().length];
    for (int part = 0; part < shares.length; part++) {
      float[] some = parts.get(part).values();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (shares[part] * some[i]);
      }
    }
    return new FloatTensor(parts.get(0).shape(), values);
  }

  /** A of every shard, one below the other. */
  private static FloatTensor stacked(List<FloatTensor> parts) {
    long[] shape = parts.get(0).shape();
    int size = parts.get(0).values().length;
    float[] values = new float[size * parts.size()];
    for (int part = 0; part < parts.size(); part++) {
      System.arraycopy(parts.get(part).values(), 0, values, part * size, size);
    }
    return new FloatTensor(new long[] {shape[0] * parts.size(), shape[1]}, values);
  }

  /** B of every shard times its share, one beside the other. */
  private static FloatTensor sideBySide(List<FloatTensor> parts, double[] shares) {
    int outputs = (int) parts.get(0).shape()[0];
    int rank = (int) parts.get(0).shape()[1];
    float[] values = new float[outputs * rank * shares.length];
    for (int part = 0; part < shares.length; part++) {
      float[] some = parts.get(part).values();
      for (int i = 0; i < some.length; i++) {
        int row = i / rank;
        int column = part * rank + i % rank;
        values[row * rank * shares.length + column] = (float) (shares[part] * some[i]);
      }
    }
    return new FloatTensor(new long[] {outputs, (long) rank * shares.length}, values);
  }

  @Override
  public void close() {
    shards.close();
  }
}
