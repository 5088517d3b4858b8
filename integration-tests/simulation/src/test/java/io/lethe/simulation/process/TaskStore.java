package io.lethe.simulation.process;

import io.lethe.simulation.broker.FakeBroker;
import io.lethe.simulation.broker.TransactionalProducer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A state store: restored from its changelog, which follows with the task's commit. */
final class TaskStore {
  private final TreeMap<String, Object> changelog;
  private final TreeMap<String, Object> content;
  private final Map<String, Object> dirty = new HashMap<>();

  TaskStore(FakeBroker broker, String name) {
    this.changelog = broker.changelog(name);
    this.content = new TreeMap<>(changelog);
  }

  @SuppressWarnings("unchecked")
  <T> T get(String key) {
    return (T) content.get(key);
  }

  void put(String key, Object value) {
    if (value == null) {
      content.remove(key);
    } else {
      content.put(key, value);
    }
    dirty.put(key, value);
  }

  /** Everything under a prefix, in order of the keys. */
  @SuppressWarnings("unchecked")
  <T> List<T> under(String prefix) {
    return (List<T>) List.copyOf(content.subMap(prefix, prefix + '\uffff').values());
  }

  TreeMap<String, Object> content() {
    return content;
  }

  /** Puts what changed into the transaction. */
  void flush(TransactionalProducer producer) {
    if (dirty.isEmpty()) {
      return;
    }
    Map<String, Object> changes = new HashMap<>(dirty);
    dirty.clear();
    producer.change(
        () ->
            changes.forEach(
                (key, value) -> {
                  if (value == null) {
                    changelog.remove(key);
                  } else {
                    changelog.put(key, value);
                  }
                }));
  }
}
