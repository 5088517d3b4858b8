package io.lethe.simulation.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads committed records of several partitions, each in order. */
public final class Reader {
  private static final class Cursor {
    private final String topic;
    private final int partition;
    private long next;
    private long endAtStart;

    Cursor(String topic, int partition) {
      this.topic = topic;
      this.partition = partition;
    }
  }

  private final FakeBroker broker;
  private final List<Cursor> cursors = new ArrayList<>();

  Reader(FakeBroker broker) {
    this.broker = broker;
  }

  void add(String topic, int partition) {
    Cursor cursor = new Cursor(topic, partition);
    cursor.endAtStart = broker.end(topic, partition);
    cursors.add(cursor);
  }

  /** How many partitions it reads. */
  public int size() {
    return cursors.size();
  }

  /** The next record of one partition, by its index; null when there is none yet. */
  public Entry poll(int index) {
    Cursor cursor = cursors.get(index);
    Entry entry = broker.next(cursor.topic, cursor.partition, cursor.next);
    // Past what is hidden and past markers too, as a consumer's position goes.
    cursor.next = entry == null ? broker.end(cursor.topic, cursor.partition) : entry.offset() + 1;
    return entry;
  }

  /** The next record of any partition, in the order of the partitions; null when there is none. */
  public Entry poll() {
    for (int index = 0; index < cursors.size(); index++) {
      Entry entry = poll(index);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  /** Whether everything was read that was there at the start. */
  public boolean isCaughtUp() {
    return cursors.stream().allMatch(cursor -> cursor.next >= cursor.endAtStart);
  }

  /** The positions in one topic, by partition. */
  public Map<Integer, Long> positions(String topic) {
    Map<Integer, Long> positions = new HashMap<>();
    for (Cursor cursor : cursors) {
      if (cursor.topic.equals(topic)) {
        positions.put(cursor.partition, cursor.next);
      }
    }
    return positions;
  }
}
