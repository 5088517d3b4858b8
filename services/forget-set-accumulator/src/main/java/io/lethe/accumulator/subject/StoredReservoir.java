package io.lethe.accumulator.subject;

import io.lethe.accumulator.domain.ReservoirState;
import io.lethe.accumulator.record.ReservoirEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** One slice of the reservoir in its state store. */
final class StoredReservoir implements ReservoirState {
  private final KeyValueStore<String, ReservoirEntry> store;
  private final String slice;

  StoredReservoir(KeyValueStore<String, ReservoirEntry> store, String slice) {
    this.store = store;
    this.slice = slice;
  }

  @Override
  public List<ReservoirEntry> load() {
    List<ReservoirEntry> entries = new ArrayList<>();
    try (KeyValueIterator<String, ReservoirEntry> found =
        store.prefixScan(slice, Serdes.String().serializer())) {
      found.forEachRemaining(entry -> entries.add(entry.value));
    }
    return entries;
  }

  @Override
  public void put(ReservoirEntry entry) {
    store.put(slice + '/' + entry.getPriority(), entry);
  }

  @Override
  public void delete(String priority) {
    store.delete(slice + '/' + priority);
  }

  @Override
  public void putThreshold(ReservoirEntry threshold) {
    store.put(slice, threshold);
  }
}
