package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ReservoirEntry;
import java.util.List;

/** What one slice of the reservoir is kept in. */
public interface ReservoirState {
  /** Every candidate, and the threshold if one was set. */
  List<ReservoirEntry> load();

  /** Keeps a candidate, keyed by its priority. */
  void put(ReservoirEntry entry);

  void delete(String priority);

  /** Keeps the priority from which on candidates are turned away. */
  void putThreshold(ReservoirEntry threshold);
}
