package io.lethe.engine.method;

import io.lethe.engine.BatchSchedule;
import java.util.List;
import java.util.stream.IntStream;

/** Batches without end, one pass after the other, as places among all rows. */
final class BatchCycle {
  private final BatchSchedule schedule;
  private final int offset;
  private List<int[]> pass = List.of();
  private int next;

  BatchCycle(BatchSchedule schedule, int offset) {
    this.schedule = schedule;
    this.offset = offset;
  }

  int[] next() {
    if (next == pass.size()) {
      pass = schedule.nextEpoch();
      next = 0;
    }
    return IntStream.of(pass.get(next++)).map(row -> row + offset).toArray();
  }
}
