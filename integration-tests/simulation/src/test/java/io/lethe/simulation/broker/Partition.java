package io.lethe.simulation.broker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One partition's log. Nothing is ever removed, only hidden, so an offset is an index. */
final class Partition {
  private final String topic;
  private final int number;
  private final List<Entry> entries = new ArrayList<>();
  private int stable;

  Partition(String topic, int number) {
    this.topic = topic;
    this.number = number;
  }

  Entry append(String key, SpecificRecord value, Instant now, Transaction transaction) {
    Entry entry = new Entry(topic, number, entries.size(), key, value, now, transaction, false);
    entries.add(entry);
    if (transaction != null) {
      transaction.touch(this);
    }
    return entry;
  }

  void mark(Transaction transaction, Instant now) {
    entries.add(new Entry(topic, number, entries.size(), null, null, now, transaction, true));
  }

  /** The last stable offset: below it, the fate of every record is known. */
  long stableEnd() {
    while (stable < entries.size() && !entries.get(stable).isOpen()) {
      stable++;
    }
    return stable;
  }

  /** Whether nothing waits behind an open transaction. */
  boolean isStable() {
    return stableEnd() == entries.size();
  }

  Entry at(long offset) {
    return entries.get((int) offset);
  }

  /** Hides every record that a later one of its key has replaced. */
  void compact() {
    Map<String, Entry> latest = new HashMap<>();
    for (int offset = 0; offset < stableEnd(); offset++) {
      Entry entry = entries.get(offset);
      if (entry.isVisible() && entry.key() != null) {
        Entry replaced = latest.put(entry.key(), entry);
        if (replaced != null) {
          replaced.compact();
        }
      }
    }
  }
}
