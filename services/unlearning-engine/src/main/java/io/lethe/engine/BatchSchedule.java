package io.lethe.engine;

import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which rows make which batch, a function of ids, lengths and seed alone: neither the order the
 * rows came in nor what is masked out of them matters. Rows of similar length share a batch, since
 * padding costs as much as text.
 */
public final class BatchSchedule {
  /** Batches whose rows are sorted by length together: more saves padding, fewer mixes better. */
  private static final int POOLED_BATCHES = 6;

  private final List<Example> examples;
  private final List<EncodedPrompt> prompts;
  private final int batchSize;
  private final Random random;
  private final int[] rows;

  public BatchSchedule(
      List<Example> examples, List<EncodedPrompt> prompts, int batchSize, long seed) {
    this.examples = examples;
    this.prompts = prompts;
    this.batchSize = batchSize;
    this.random = new Random(seed);
    this.rows =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparing(row -> examples.get(row).id()))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  public int batchesPerEpoch() {
    return (rows.length + batchSize - 1) / batchSize;
  }

  /** The batches of the next pass over all rows. */
  public List<int[]> nextEpoch() {
    shuffle(rows);
    List<int[]> batches = new ArrayList<>();
    int pool = batchSize * POOLED_BATCHES;
    for (int from = 0; from < rows.length; from += pool) {
      int[] pooled =
          sortedByLength(Arrays.copyOfRange(rows, from, Math.min(from + pool, rows.length)));
      for (int start = 0; start < pooled.length; start += batchSize) {
        batches.add(Arrays.copyOfRange(pooled, start, Math.min(start + batchSize, pooled.length)));
      }
    }
    int[] order = IntStream.range(0, batches.size()).toArray();
    shuffle(order);
    return IntStream.of(order).mapToObj(batches::get).toList();
  }

  private int[] sortedByLength(int[] some) {
    return IntStream.of(some)
        .boxed()
        .sorted(
            Comparator.comparingInt((Integer row) -> prompts.get(row).length())
                .thenComparing(row -> examples.get(row).id()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
