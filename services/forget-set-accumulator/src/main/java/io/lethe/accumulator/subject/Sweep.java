package io.lethe.accumulator.subject;

import io.lethe.schemas.SubjectPartitioner;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A tombstone that erases nothing, sent again and again. A log compacts no segment that it still
 * writes to, and begins another only when a record arrives: without a next record, what was erased
 * last would lie on the broker's disk for as long as nothing happens.
 */
final class Sweep {
  /** No account's pseudonym has this shape. */
  static final String KEY = "sweep";

  private final String subjectRef;
  private final List<KeyValueStore<String, ?>> stores;

  /**
   * @param stores whose change logs are swept
   */
  Sweep(int partition, int partitions, List<KeyValueStore<String, ?>> stores) {
    this.subjectRef = subjectOf(partition, partitions);
    this.stores = stores;
  }

  /** A subject that nobody is, in this partition. */
  String subjectRef() {
    return subjectRef;
  }

  /**
   * Adds a tombstone to every change log, and lets every store write what it holds in memory: only
   * then does a store on disk look at the age of its files, and drop what was deleted.
   */
  void changeLogs() {
    stores.forEach(store -> store.delete(KEY));
    stores.forEach(KeyValueStore::flush);
  }

  private static String subjectOf(int partition, int partitions) {
    for (int number = 0; ; number++) {
      String candidate = KEY + '-' + number;
      if (SubjectPartitioner.partitionOf(candidate, partitions) == partition) {
        return candidate;
      }
    }
  }
}
