package io.lethe.engine;

import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.text.EncodedPrompt;
import java.util.List;

/** In which order rows are batched, as one digest that a replay can be held against. */
public final class BatchOrder {
  private BatchOrder() {}

  /** Hex SHA-256 over the ids of the first pass over the rows, batch by batch. */
  public static String digest(
      Recommender recommender, List<Example> rows, int batchSize, long seed) {
    List<EncodedPrompt> prompts =
        rows.stream().map(row -> recommender.encoder().encode(row.prompt())).toList();
    StringBuilder order = new StringBuilder();
    for (int[] batch : new BatchSchedule(rows, prompts, batchSize, seed).nextEpoch()) {
      for (int row : batch) {
        order.append(rows.get(row).id()).append('\t');
      }
      order.append('\n');
    }
    return Digests.of(order.toString());
  }
}
