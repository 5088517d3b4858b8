package io.lethe.simulation.process;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.Reader;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stands for TopicFollower: reads topics from their beginning, partitions in any order among each
 * other, and skips what cannot be read.
 */
final class Follower {
  private final World world;
  private final Reader reader;
  private final Consumer<Entry> onRecord;

  Follower(World world, Consumer<Entry> onRecord, Topic<?>... topics) {
    this.world = world;
    this.reader =
        world.broker().reader(Arrays.stream(topics).map(Topic::name).toArray(String[]::new));
    this.onRecord = onRecord;
  }

  /** Reads some records: as many as chance gives, all of them in calm. */
  void follow(int max) {
    read(world.batch(max));
  }

  /** Reads everything there is. */
  void follow() {
    read(Integer.MAX_VALUE);
  }

  private void read(int max) {
    int batch = max;
    int start = world.random().nextInt(reader.size());
    for (int turn = 0; turn < reader.size(); turn++) {
      int index = (start + turn) % reader.size();
      while (batch > 0) {
        Entry entry = reader.poll(index);
        if (entry == null) {
          break;
        }
        batch--;
        if (isReadable(entry)) {
          onRecord.accept(entry);
        }
      }
    }
  }

  boolean isCaughtUp() {
    return reader.isCaughtUp();
  }

  Map<Integer, Long> positions(Topic<?> topic) {
    return reader.positions(topic.name());
  }

  /** Whether a follower can make a record of its topic of it. */
  static boolean isReadable(Entry entry) {
    return entry.key() != null
        && (entry.value() == null
            || Topics.named(entry.topic()).orElseThrow().value().isInstance(entry.value()));
  }
}
